"""The carrier's side of MyVNPost: a key pair, and messages in its own wire format."""

import base64

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from services.postal import accounts

ITEM = "CV497960035VN"


class Post:
    """A carrier with a key of its own."""

    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @property
    def public(self) -> str:
        return (
            self.key.public_key()
            .public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
            .decode()
        )

    def callback(self, *statuses, item=ITEM, sent="19/03/2020 08:00:00"):
        return self.signed([{"itemCode": item, "status": status} for status in statuses], sent)

    def signed(self, records, sent):
        first = records[0]
        text = f"MYVNP{sent}{first['itemCode']}{first['status']}"
        signature = self.key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        return {
            "data": records,
            "sendDate": sent,
            "signature": base64.b64encode(signature).decode(),
        }

    async def open_account(self, uow):
        await accounts.open_account(
            "vnpost-d",
            "city",
            public_key_pem=self.public,
            secret=None,
            base_url="http://post.test",
            username="u",
            password="p",
            customer_code="c",
            uow=uow,
        )
