"""The figures, counted with plain loops: so many of so many, for an agency and days of a record."""

from datetime import datetime, timedelta
from fractions import Fraction

from tests.recount.reading import VIETNAM, day, today

SATISFIED = {"5", "4"}
EDUCATION_AND_HEALTH = {"giao-duc", "y-te"}
MATURITY_DAYS = 15


def figures(record, agency, first, end, now=None):
    """Count and among of every figure, of an agency and all below it, from a day until before another."""
    now = now or datetime.now(VIETNAM)
    whose = record.below(agency)
    mine = [one for one in record.dossiers if one.agency in whose]

    def within(moment):
        return moment is not None and first <= day(moment) < end

    received = [one for one in mine if within(one.received_at)]
    settled = [one for one in mine if within(one.done_at)]
    returned = [one for one in mine if within(one.handed_over_at)]
    ratable = [one for one in mine if within(one.ratable_at)]
    rated = [one for one in ratable if one.option is not None]
    return {
        "k01": _satisfied([one for one in rated if one.field in EDUCATION_AND_HEALTH]),
        "k04": _units(settled, Fraction(90, 100)),
        "k05": _units(settled, Fraction(95, 100)),
        "k07": _online(settled),
        "k11": _online([one for one in settled if one.field == "dang-ky-doanh-nghiep"]),
        "k12": _online([one for one in settled if _household(one, record)]),
        "k15": (sum(_came_by_post(one) for one in received), len(received)),
        "k16": (sum(one.accepted_out_at is not None for one in returned), len(returned)),
        "k36": (len(rated), len(rated) + sum(_had_its_time(one, now) for one in ratable)),
        "k21": _satisfied(rated),
        "k22": _satisfied([one for one in rated if one.channel == "online"]),
        "k37": _satisfied(rated),
        "k40": _satisfied(rated),
        "k41": (sum(one.on_time for one in settled), len(settled)),
        # No call of the record comes from the national portal: it has acknowledged nothing.
        "766.dossier_sync": (0, len(received)),
        **_national(received, settled),
        "k23": _weakest(settled),
        **_procedures(record.catalogue(_last(end), whose), received, returned),
    }


def _national(received, settled):
    """Components of the national score that are counted over dossiers, by what was told on filing."""

    def told(name):
        return sum(bool(one.flags.get(name)) for one in received), len(received)

    paid = sum(bool(one.flags.get("paid_online")) for one in received)
    # Who paid owed a fee; no call of the record names a fee otherwise, nor a result or a database.
    return {
        "766.online_share": (sum(one.channel == "online" for one in received), len(received)),
        "766.paid_online": (paid, paid),
        "766.digitised": told("digitised"),
        "766.reused": (0, len(received)),
        "766.connected_dossier": (0, len(received)),
        "766.original_result": (0, len(settled)),
        "766.certified_copy": (0, len(settled)),
    }


def growth(record, agency, first, end):
    """K42: procedures at level 3 on the last day, and how many more than on the day before the period."""
    now = _level_three(record, agency, _last(end))
    return now, now - _level_three(record, agency, first - timedelta(days=1))


def documents(record, agency, first, end):
    """K43: of the documents an agency reports of periods that lie within one, those sent electronically."""
    count = among = 0
    for series, told in record.reports:
        if series != "k43" or told["agency"] != agency:
            continue
        if first.isoformat() <= told["period_from"] and told["period_to"] <= end.isoformat():
            count += told["count"]
            among += told["among"]
    return count, among


def inspected(record, agency, first, end):
    """K47: of the wards and units below an agency, those that the register of inspections names."""
    whose = {one for one in record.below(agency) if record.kinds[one] in {"ward", "unit"}}
    named = {
        told["about"]
        for series, told in record.reports
        if series == "k47" and first.isoformat() <= told["occurred_on"] < end.isoformat()
    }
    return len(whose & named), len(whose)


def _level_three(record, agency, on):
    handled = record.catalogue(on, record.below(agency))
    return sum(one["online_level"] >= 3 for one in handled.values())


def _last(end):
    return min(end - timedelta(days=1), today())


def _satisfied(rated):
    return sum(one.option in SATISFIED for one in rated), len(rated)


def _online(settled):
    return sum(one.channel == "online" for one in settled), len(settled)


def _household(one, record):
    return one.field == "ho-kinh-doanh" and record.kinds[one.agency] == "district"


def _came_by_post(one):
    return one.channel == "post" and one.accepted_in_at is not None


def _had_its_time(one, now):
    return one.option is None and one.ratable_at < now - timedelta(days=MATURITY_DAYS)


def _units(settled, line):
    """Agencies whose every field was settled in time more often than a line."""
    passed = 0
    agencies = {one.agency for one in settled}
    for agency in agencies:
        weakest = Fraction(1)
        for field in {one.field for one in settled if one.agency == agency}:
            theirs = [one for one in settled if one.agency == agency and one.field == field]
            weakest = min(weakest, Fraction(sum(one.on_time for one in theirs), len(theirs)))
        if weakest > line:
            passed += 1
    return passed, len(agencies)


def _weakest(settled):
    """The procedure that was least often settled in time; of several alike the first by its code."""
    found = []
    for code in {one.procedure for one in settled}:
        theirs = [one.on_time for one in settled if one.procedure == code]
        found.append((Fraction(sum(theirs), len(theirs)), code, (sum(theirs), len(theirs))))
    return min(found)[2] if found else (0, 0)


def _procedures(catalogue, received, returned):
    came = {one.procedure for one in received if _came_by_post(one)}
    went = {one.procedure for one in returned if one.accepted_out_at is not None}
    every = list(catalogue.items())
    online = [(code, one) for code, one in every if one["online_level"] >= 3]
    by_post = [(code, one) for code, one in every if one["by_post"]]
    public = [(code, one) for code, one in every if _public(one)]
    found = {
        "k06": (sum(one["online_level"] == 4 for _, one in every), len(every)),
        "k08": (sum(one["on_national_portal"] for _, one in online), len(online)),
        "k10": (sum(one.get("electronic_dossiers") or False for _, one in online), len(online)),
        "k14": (sum(code in came or code in went for code, _ in by_post), len(by_post)),
        "k24": (sum(code in went for code, _ in online), len(online)),
        "k27": (sum(one.get("updated_on_time") or False for _, one in public), len(every)),
        "k33": (len(public), len(every)),
        "k45": (len(public), len(every)),
    }
    filed_online = {one.procedure for one in received if one.channel == "online"}
    found |= {
        "766.online_provided": (len(online), len(every)),
        "766.online_with_dossiers": (
            sum(code in filed_online for code, _ in online),
            len(online),
        ),
        # No call of the record tells of content, of fees or of a decision's day.
        **dict.fromkeys(("766.publish_on_time", "766.update_on_time"), (0, len(every))),
        "766.content_full": (0, len(every)),
        "766.payment_offered": (0, 0),
        "766.payment_integrated": (0, 0),
    }
    for name, level in (("k44.district", "district"), ("k44.ward", "commune")):
        theirs = [one for _, one in every if level in (one.get("levels") or ())]
        found[name] = (sum(one.get("iso") or False for one in theirs), len(theirs))
    return found


def _public(one):
    return one.get("posted_at_office") and one.get("posted_online")
