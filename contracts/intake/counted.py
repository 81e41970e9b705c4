"""What national scores count of a dossier, as it is announced: yes or no, and nothing of a person."""

from pydantic import ConfigDict

from contracts.wire import Wire


class CountedFlags(Wire):
    """Yes/no facts of a dossier for national scores (Quyết định 766/QĐ-TTg), drawn from its filing."""

    model_config = ConfigDict(extra="ignore")

    digitised: bool = False
    """Whether it holds digitised components (hồ sơ có thành phần số hoá)."""
    reused: bool = False
    """Whether data or papers digitised before were used again (tái sử dụng dữ liệu số hoá)."""
    verified_identity: bool = False
    """Whether the account was verified by VNeID."""
    connected_data: bool = False
    """Whether national databases were consulted (kết nối, khai thác cơ sở dữ liệu)."""
    fee_due: bool = False
    """Whether it has a financial obligation (có nghĩa vụ tài chính): fees were named, or paid."""
    paid_online: bool = False
    """Whether fees were paid through the national gateway or the local one; no other way is counted."""
    electronic_result: bool = False
    """Whether its result was issued electronically (cấp kết quả điện tử)."""
    certified_copy: bool = False
    """Whether it holds an electronic certified copy (bản sao chứng thực điện tử)."""
    national_portal: bool | None = None
    """Whether it was filed on the national portal; not told when left out."""
