#!/usr/bin/env python3
"""Reckons what a thousand million notifications a month ask for, and which limit is met at how many.

    docs/scale.py                         # prints the tables of docs/scale.md
    docs/scale.py --check docs/scale.md   # whether the page has these figures
    docs/scale.py --write docs/scale.md   # puts them there

What an operation takes is read from `docs/costs.md`, which is measured, and our own limits from `template.yaml`. What a
person does, and prices, are those of `docs/costs.py`. All else stands below.
"""

import math
import os
import re
import sys

sys.dont_write_bytecode = True
import costs

HERE = os.path.dirname(os.path.abspath(__file__))
NOTIFICATIONS = 1_000e6
# How many times the average the busiest second has: 22 days of 8 hours, and of those the busiest hour, in one time zone.
PEAK = 10
WORKING_DAYS, WORKING_HOURS = 22, 22 * 8

# AWS's own limits, of an account that never asked for more. The page says which of its pages each is from.
AWS = {
    "emails a day": 50_000,
    "emails a second": 14,
    "requests a second": 10_000,
    "concurrent executions": 1_000,
    "units a second of a table": 40_000,
    "events a second": 10_000,
}

# Measured: seconds of a whole processor for one recipient, and for one digest (`docs/watchers.md`, `docs/digests.md`).
RECIPIENT, DIGEST = 251e-6, 1_283e-6
# Of both about so much for one call to DynamoDB.
CALL = 220e-6
# Assumed: for one person of whom a sync of Slack reads the item, which is in a batch of a hundred.
READING = 30e-6
# Assumed: a call to DynamoDB takes so long, and SES so long with a connection of its own, which takes the processor so long.
TRIP, SES, HANDSHAKE = 0.006, 0.100, 0.0015
# Assumed: from a message's being sent to its being handed out.
HOP = 0.050
# DynamoDB's limit of a partition.
PARTITION_READS = 3_000
# Assumed: an instance that nobody calls is kept so long, and no instance longer than this.
IDLE, LIFE = 6 * 60, 2 * 3600


def read(name):
    with open(os.path.join(HERE, name)) as file:
        return file.read()


TEMPLATE = read("../template.yaml")


def limit(resource, name):
    """What the template says of a resource."""
    block = TEMPLATE.split(f"\n  {resource}:\n")[1]
    return int(re.search(rf"\b{name}: (\d+)", block)[1])


RETENTION = int(re.search(r"\n  InboxRetentionDays:\n.*?Default: (\d+)", TEMPLATE, re.S)[1])
MEMORY = int(re.search(r"\n  MemorySize:\n.*?Default: (\d+)", TEMPLATE, re.S)[1])
# Lambda gives a whole processor at 1,769 MB.
SHARE = MEMORY / 1_769


def measured():
    """The first table of `docs/costs.md`: of each operation its units, calls, messages, and what leaves."""
    rows = {}
    for line in read("costs.md").split("## A month")[0].split("\n"):
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 9 and re.fullmatch(r"[\d.]+", cells[2]):
            left = [sum(int(n) for n in re.findall(rf"(\d+) {kind}", cells[6])) for kind in ("email", "Slack", "push")]
            rows[cells[1]] = [float(cell) for cell in cells[2:6]] + left
    return rows


ROWS = measured()


def of_a_person(what):
    """How much of something a person's month has."""
    return sum(each * what(name, ROWS[name]) for name, each in costs.A_MONTH.items())


is_event = lambda name: name.startswith("event ")
told = of_a_person(lambda name, _: is_event(name) and "member.upserted" not in name)
PEOPLE = NOTIFICATIONS / told
MONTH = {
    "people": 1,
    "notifications": told,
    "events": of_a_person(lambda name, _: is_event(name)),
    "requests besides": of_a_person(lambda name, _: not is_event(name) and not name.startswith("a ")),
    "looks at an inbox": costs.A_MONTH["`GET /api/notifications`, 20 rows"],
    "emails": of_a_person(lambda _, row: row[4]),
    "of these digests": costs.A_MONTH["a digest of ten messages"],
    "push and Slack messages": of_a_person(lambda _, row: row[5] + row[6]),
    "write units": of_a_person(lambda _, row: row[1]),
    "read units": of_a_person(lambda _, row: row[0]),
}


def a_second(what):
    return PEOPLE * MONTH[what] / costs.SECONDS


def batches(function, processor, trips, waiting=0.0):
    """How many messages a second all instances of a worker do: a batch is done side by side, on one share of a processor."""
    size = limit(function, "BatchSize")
    seconds = size * processor / SHARE + trips * TRIP + waiting
    return limit(function, "MaximumConcurrency") * size / seconds


calls = lambda name, less: ROWS[name][2] - less
# One call accepts the event, and the rest is dispatching; what email adds to that is delivering.
DISPATCHED = batches("DispatchEventsFunction", calls("event `message.sent`, inbox", 1) * CALL, 4)
OF_EMAIL = calls("event `message.sent`, inbox and email", ROWS["event `message.sent`, inbox"][2])
DELIVERED = batches("DeliverNotificationsFunction", OF_EMAIL * CALL + HANDSHAKE, 4, SES)
DIGESTED = batches("SendDigestsFunction", DIGEST + HANDSHAKE, 7, SES)
# By processors alone.
FANNED_OUT = limit("DispatchEventsFunction", "MaximumConcurrency") * SHARE / RECIPIENT

number = lambda value: f"{value:,.0f}" if value >= 10 else f"{value:,.1f}"


def volumes():
    yield "| of a month | of a person | of everyone, in millions | a second | in the busiest second |"
    yield "|---|---:|---:|---:|---:|"
    for name, each in MONTH.items():
        rate = a_second(name)
        more = f"{number(rate)} | {number(rate * PEAK)}" if name != "people" else " | "
        yield f"| {name} | {number(each)} | {number(PEOPLE * each / 1e6)} | {more} |"


def limits():
    # What is asked of each limit at NOTIFICATIONS, in its own terms.
    digests_an_hour = PEOPLE * MONTH["of these digests"] / WORKING_HOURS
    deliveries = a_second("emails") - a_second("of these digests") + a_second("push and Slack messages")
    route = limit("Api", "ThrottlingRateLimit")
    workers = "`MaximumConcurrency`, up to 1,000; `MemorySize`"
    requests = a_second("requests besides") * PEAK
    of_dispatch = f"`dispatch-events`, {limit('DispatchEventsFunction', 'MaximumConcurrency')} side by side"
    of_delivery = f"`deliver-notifications`, {limit('DeliverNotificationsFunction', 'MaximumConcurrency')} side by side"
    of_digests = f"`send-digests`, {limit('SendDigestsFunction', 'MaximumConcurrency')} side by side, digests an hour"
    events = a_second("events") * PEAK
    busy = (requests + events) * costs.API_SECONDS + sum(
        limit(f"{name}Function", "MaximumConcurrency")
        for name in ("DispatchEvents", "DeliverNotifications", "SendDigests", "RecordEmailFeedback")
    )
    rows = [
        ("SES, emails in 24 hours", AWS["emails a day"], PEOPLE * MONTH["emails"] / WORKING_DAYS, "Service Quotas"),
        ("SES, emails a second", AWS["emails a second"], a_second("emails") * PEAK, "Service Quotas"),
        ("API, `GET /api/notifications` a second", route, a_second("looks at an inbox") * PEAK, "`ThrottlingRateLimit`"),
        ("API, `POST /v1/events` a second, one event each", route, events, "batches of 100; the bus; `ThrottlingRateLimit`"),
        (f"{of_dispatch}, events a second", DISPATCHED, events, workers),
        (f"{of_delivery}, deliveries a second", DELIVERED, deliveries * PEAK, workers),
        (of_digests, DIGESTED * 3600, digests_an_hour, workers),
        ("API Gateway, requests a second of the account", AWS["requests a second"], requests, "Service Quotas"),
        ("Lambda, executions at a time", AWS["concurrent executions"], busy, "Service Quotas"),
        ("DynamoDB, write units a second of the table", AWS["units a second of a table"], a_second("write units") * PEAK, "Service Quotas"),
        ("DynamoDB, read units a second of the table", AWS["units a second of a table"], a_second("read units") * PEAK, "Service Quotas"),
        ("EventBridge, events a second", AWS["events a second"], events, "Service Quotas"),
    ]
    yield "| limit | today | asked at 1,000 million | met at, in millions a month | lever |"
    yield "|---|---:|---:|---:|---|"
    for name, most, asked, lever in sorted(rows, key=lambda row: row[1] / row[2]):
        yield f"| {name} | {number(most)} | {number(asked)} | {number(NOTIFICATIONS / 1e6 * most / asked)} | {lever} |"


def storms():
    # `MOST_TIME` of `shared/src/identities.rs`.
    seconds, memory = 20, limit("SyncSlackIdentitiesFunction", "MemorySize")
    yield "| what bounds it | how much |"
    yield "|---|---:|"
    yield f"| recipients a second, by the processors of all workers | {number(FANNED_OUT)} |"
    yield f"| recipients a second, by the read units of the issue's partition, and of the project's | {number(PARTITION_READS)} |"
    batch = limit("DispatchEventsFunction", "BatchSize") * 100 * RECIPIENT / SHARE
    yield f"| recipients a second, by the chain of pages, each in a batch with nine messages of a hundred | {number(1_000 / batch)} |"
    yield f"| recipients a second, by the chain of pages, each alone in its batch | {number(1_000 / (2 * CALL / SHARE + 3 * TRIP + HOP))} |"

    yield f"| members of an organizational unit whom a call of a Slack sync reads in its {seconds} s | {number(seconds * memory / 1_769 / READING)} |"
    refused = DELIVERED * 0.75 * 900
    yield f"| emails that SES has no room for, until trying them again is all that `deliver-notifications` does | {number(refused)} |"
    eight_hours = 0.75 * (sum(5 * 2**doublings for doublings in range(8)) + 41 * 900)
    yield f"| emails that leave at SES's first rate before others have been tried 50 times | {number(eight_hours * AWS['emails a second'])} |"
    # A row, its place in the index, and what is kept of deliveries.
    yield f"| notifications a day for one person, until 10 GB are full, with {RETENTION} days in the inbox | {number(10 * 2**30 / 1_000 / RETENTION)} |"


def colds():
    """An instance is cold if nobody called for as long as one is kept; and each is replaced in the end."""
    yield "| people | requests and messages in a working hour | of these cold |"
    yield "|---:|---:|---:|"
    for people in [*costs.METRICS, PEOPLE]:
        routes = {}
        for name, each in costs.A_MONTH.items():
            if is_event(name):
                routes["events"] = routes.get("events", 0) + each
                for place in range(int(ROWS[name][3])):
                    routes[place] = routes.get(place, 0) + each
            else:
                routes[name.split(",")[0]] = routes.get(name.split(",")[0], 0) + each
        hourly = {name: people * each / WORKING_HOURS for name, each in routes.items()}
        cold = 0
        for name, rate in hourly.items():
            busy = rate / 3600 * (costs.WORKER_SECONDS if isinstance(name, int) else costs.API_SECONDS)
            instances = busy + 2 * math.sqrt(busy)
            cold += min(rate, rate * math.exp(-rate / 3600 * IDLE) + instances * 3600 / LIFE)
        asked = sum(hourly.values())
        yield f"| {number(people)} | {number(asked)} | {100 * cold / asked:.1g} % |"


def money():
    lines = {}
    for name, each in costs.A_MONTH.items():
        for line, dollars in costs.of_one(name, ROWS[name]).items():
            lines[line] = lines.get(line, 0) + dollars * each * PEOPLE
    # The first 300 million requests of a month cost $1.00 a million, those after them $0.90.
    lines["API Gateway"] = 300 + (lines["API Gateway"] - 300) * 0.9
    stored = costs.PRICES["GB in the table, a month"] + costs.PRICES["GB of backup, a month"]
    lines["DynamoDB, stored and backed up"] = costs.STORED_BY_PERSON * PEOPLE * stored
    lines["CloudWatch, metrics, alarms, dashboard"] = (
        max(costs.METRICS.values()) * costs.PRICES["metric, a month"]
        + costs.ALARM_METRICS * costs.PRICES["metric of an alarm, a month"]
        + costs.PRICES["dashboard, a month"]
    )
    whole = sum(lines.values())
    yield "| | a month | of it |"
    yield "|---|---:|---:|"
    for line, dollars in sorted(lines.items(), key=lambda line: -line[1]):
        yield f"| {line} | ${dollars:,.0f} | {dollars / whole:.0%} |"
    yield f"| **a month** | **${whole:,.0f}** | |"
    yield f"| for a million notifications | ${whole / NOTIFICATIONS * 1e6:,.2f} | |"
    units = 3 * costs.PRICES["write unit"] + 3 * costs.PRICES["read unit"]
    processor = RECIPIENT / SHARE * costs.MEMORY_GB * costs.PRICES["GB-second, arm64"]
    yield f"| for a million more in inboxes, of events that many watch | ${(units + processor) * 1e6:,.2f} | |"


def main():
    modes = {(): "print", ("--check",): "check", ("--write",): "write"}
    mode = modes.get(tuple(sys.argv[1:2])) if len(sys.argv) in (1, 3) else None
    if mode is None:
        sys.exit(__doc__)
    tables = {table.__name__: list(table()) for table in (volumes, limits, storms, colds, money)}
    if mode == "print":
        print("\n\n".join("\n".join(lines) for lines in tables.values()))
        return
    page = old = open(sys.argv[2]).read()
    for name, lines in tables.items():
        # Between the mark and the next empty line stands the table.
        page, found = re.subn(rf"(<!-- {name} -->\n\n).*?(?=\n\n|\Z)", lambda mark: mark[1] + "\n".join(lines), page, flags=re.S)
        if not found:
            sys.exit(f"{sys.argv[2]} has no place for {name}")
    if mode == "write":
        with open(sys.argv[2], "w") as file:
            file.write(page)
    elif page != old:
        other = [line for line in page.split("\n") if line not in old.split("\n")]
        sys.exit("\n".join([f"{sys.argv[2]} has other figures than these:", *other]))


if __name__ == "__main__":
    main()
