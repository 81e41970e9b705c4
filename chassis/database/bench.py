"""Long work on one instant of a database: questions, and tables that nobody else sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Executable, Row
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True)
class Bench:
    """Answers from one instant, whatever is committed meanwhile, and for as long as it takes.

    Nothing that is made on it is kept: its transaction is undone at the end.
    """

    connection: AsyncConnection
    is_postgres: bool

    async def ask(self, statement: Executable) -> Sequence[Row[Any]]:
        """The result of a question."""
        rows: Sequence[Row[Any]] = (await self.connection.execute(statement)).fetchall()
        return rows

    async def make(self, sql: str) -> None:
        """Make something temporary, by a statement of our own."""
        await self.connection.exec_driver_sql(sql)
