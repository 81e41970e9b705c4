"""How a database can refuse or fail, in words every layer shares."""

from contracts.problems import Unavailable


class Contention(Exception):
    """Somebody else was first: a key is taken, or a row changed since it was read. Nothing was stored.

    The unit of work is run again with eyes open (`UnitOfWork.attempt` grows).
    """


class Unstorable(Exception):
    """The engine cannot hold a value that was sent to it. Nothing was stored."""


class StorageFull(Unavailable):
    """The database has no room left; nothing was stored."""

    title_vi = "Hết dung lượng lưu trữ"


class StorageAway(Unavailable):
    """The database cannot be reached just now; send the same request again."""

    title_vi = "Tạm thời không kết nối được cơ sở dữ liệu"


class Overloaded(Unavailable):
    """More work is waiting than will be done in time; nothing was stored."""

    title_vi = "Hệ thống đang quá tải"
