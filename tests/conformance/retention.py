"""By when data must be erased, and until when it must be kept: docs/bundle-format.md, "Limits and retention"."""

import datetime

import decide

MINUTE = datetime.timedelta(minutes=1)


def answer(content, question):
    periods = time_line(content, question)
    found = {"conflict": any(p["keep"] == p["erase"] == "prohibited" for p in periods),
             "periods": [{name: text(p[name]) for name in ("from", "until", "keep", "erase") if p[name]} for p in periods]}

    def bound(name, action, period, at):
        said = decide.decide(content, {**question, "action": action, "now": text(period["from"] or datetime.datetime.max)})
        by = sorted({statement for those in said.get("deciding", {}).values() for statement in those})
        found[name] = {"by": by, **({"at": text(at)} if at else {})}

    kept = [p for p in periods if p["keep"] == "prohibited"]
    if kept:
        bound("erase-by", "retain", kept[0], kept[0] is not periods[0] and kept[0]["from"] - MINUTE)
    barred = [p for p in periods if p["erase"] == "prohibited"]
    if barred:
        bound("keep-until", "erase", barred[-1], barred[-1]["until"])
    permitted = [p for p in periods if p["keep"] == "permitted"]
    if permitted:
        bound("permitted-until", "retain", permitted[-1], permitted[-1]["until"] and permitted[-1]["until"] - MINUTE)
    return found


def time_line(content, question):
    moments = set()
    for event, said in question.get("events", {}).items():
        if said is None:
            continue
        start = decide.time(said)
        clock = next(v for v in content["variables"] if v.get("event") == event)
        moments.add(start)
        for threshold in clock["thresholds"]:
            due = decide.months_after(start, threshold["months"]) + threshold["minutes"] * MINUTE
            moments |= {due, due + MINUTE}
    periods = []
    for moment in sorted(moments) or [None]:
        now = text(moment or datetime.datetime.max)
        said = [verdict(content, {**question, "action": action, "now": now}) for action in ("retain", "erase")]
        if periods and [periods[-1]["keep"], periods[-1]["erase"]] == said:
            continue
        if periods:
            periods[-1]["until"] = moment
        periods.append({"from": moment, "until": None, "keep": said[0], "erase": said[1]})
    return periods


def verdict(content, request):
    try:
        return decide.decide(content, request)["verdict"]
    except decide.Error as error:
        if error.kind == "no-flow":
            return None
        raise


def text(time):
    return time.replace(microsecond=0).isoformat() + "Z" if isinstance(time, datetime.datetime) else time
