"""Count the figures of a record: ``python -m tests.recount RECORD --agency H29 --from DAY --to DAY``."""

import argparse
from datetime import date

from tests.recount.counting import figures, growth
from tests.recount.reading import lines_of, read


def main():
    asked = argparse.ArgumentParser(prog="python -m tests.recount", description=__doc__)
    asked.add_argument("record", help="what `motcua demo --record` wrote")
    asked.add_argument("--agency", default="H29")
    asked.add_argument("--from", dest="first", type=date.fromisoformat, default="2020-01-01")
    asked.add_argument("--to", dest="end", type=date.fromisoformat, default="2021-01-01")
    told = asked.parse_args()
    record = read(lines_of(told.record))
    for name, (count, among) in sorted(figures(record, told.agency, told.first, told.end).items()):
        print(f"{name:18} {count:6} / {among:6}")
    now, more = growth(record, told.agency, told.first, told.end)
    print(f"{'k42':18} {now:6}  ({more:+d})")


if __name__ == "__main__":
    main()
