#!/usr/bin/env python3
"""A client of `caveat serve` that needs nothing beside Python's standard library.

    from client import Caveat
    caveat = Caveat("http://127.0.0.1:7411")
    answer = caveat.evaluate("share", "IpAddress", recipient="Mixpanel", purpose="UsageTracking")
    if answer.allowed: ...

Whatever is not a yes is a no: an error, a refusal, a server that is not there. `answer.reason` says
which. One object keeps one connection and is for one thread.

`client.py URL` asks a few things of a server that has the bundle of `policies/clari-resolved`;
`client.py --self-test URL` compares the answers with what they must be.
"""

import http.client
import json
import sys
from dataclasses import dataclass, field
from urllib.parse import urlsplit

# The dimensions that may stand in the context. Python does not take `with` as a name, so use
# `combined_with`.
DIMENSIONS = ("recipient", "purpose", "place", "form", "subject", "source")


@dataclass
class Answer:
    """What a server says of one thing. `allowed` is True for a yes, and for nothing else."""

    allowed: bool
    reason: str
    verdict: str = "error"
    duties: list = field(default_factory=list)
    context: dict = field(default_factory=dict)

    @classmethod
    def of(cls, decision):
        context = decision.get("context", {})
        if "error" in context:
            return cls(False, context["error"]["message"], context=context)
        return cls(
            decision.get("decision") is True,
            context.get("reason", ""),
            context.get("verdict", "error"),
            context.get("duties", []),
            context,
        )


class CaveatError(Exception):
    """The server could not be asked, or did not take the question."""


class Caveat:
    """A server, by its URL."""

    def __init__(self, url, timeout=2.0):
        parts = urlsplit(url)
        kind = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}[parts.scheme]
        self._connection = kind(parts.netloc, timeout=timeout)
        self._path = parts.path.rstrip("/")

    def evaluate(self, action, data, *, actor=None, facts=None, events=None, now=None, **dimensions):
        """Whether this may be done. Never raises for what a server says or does not say."""
        try:
            asked = self._evaluation(action, data, actor, facts, events, now, dimensions)
            return Answer.of(self._post("/access/v1/evaluation", asked))
        except CaveatError as why:
            return Answer(False, str(why))

    def evaluate_all(self, evaluations, semantic="execute_all", **defaults):
        """Several at once: dictionaries as the Authorization API has them. Raises CaveatError."""
        asked = {**defaults, "evaluations": evaluations, "options": {"evaluations_semantic": semantic}}
        return [Answer.of(each) for each in self._post("/access/v1/evaluations", asked)["evaluations"]]

    def recipients(self, action, data, **more):
        """Who may receive this: names of parties, page by page. Raises CaveatError."""
        facts, events, now = (more.pop(name, None) for name in ("facts", "events", "now"))
        more["recipient"] = "any"
        asked = self._evaluation(action, data, None, facts, events, now, more)
        asked["subject"] = {"type": "recipient"}
        token = ""
        while True:
            found = self._post("/access/v1/search/subject", {**asked, "page": {"token": token}})
            yield from (result["id"] for result in found["results"])
            token = found["page"]["next_token"]
            if not token:
                return

    @staticmethod
    def _evaluation(action, data, actor, facts, events, now, dimensions):
        unknown = set(dimensions) - {*DIMENSIONS, "combined_with"}
        if unknown:
            raise TypeError(f"no dimension is called {', '.join(sorted(unknown))}")
        context = {name: value for name, value in dimensions.items() if name in DIMENSIONS}
        said = {"with": dimensions.get("combined_with"), "facts": facts, "events": events, "now": now}
        context.update((name, value) for name, value in said.items() if value is not None)
        subject = {"type": "actor", "id": actor}
        if actor is None and isinstance(context.get("recipient"), str):
            subject = {"type": "recipient", "id": context.pop("recipient")}
        elif actor is None:
            raise TypeError("say who acts, or whom it goes to")
        return {
            "subject": subject,
            "action": {"name": action},
            "resource": {"type": "data", "id": data},
            "context": context,
        }

    def _post(self, path, asked):
        body = json.dumps(asked)
        for attempt in (1, 2):
            fresh = self._connection.sock is None
            try:
                self._connection.request("POST", self._path + path, body, {"Content-Type": "application/json"})
                response = self._connection.getresponse()
                text = response.read()
                break
            except (OSError, http.client.HTTPException) as why:
                self._connection.close()
                # A connection that was kept may have been closed meanwhile: asking is repeatable.
                if fresh or attempt == 2 or isinstance(why, TimeoutError):
                    raise CaveatError(f"the server cannot be asked: {why}") from why
        try:
            answer = json.loads(text)
        except ValueError as why:
            raise CaveatError(f"the server answers with {response.status}, and no JSON") from why
        if response.status != 200:
            raise CaveatError(f"the server answers with {response.status}: {answer}")
        return answer


def questions(caveat):
    """A few questions about Clari's policy, and their answers."""
    never = {"DeletionRequest": None}
    track = {"subject": "SiteVisitor", "purpose": "UsageTracking", "events": never}
    letters = {"actor": "Clari", "subject": "SiteVisitor", "purpose": "Newsletters", "events": never}
    yield "permitted", caveat.evaluate("share", "IpAddress", recipient="Mixpanel", **track)
    yield "prohibited", caveat.evaluate("sell", "CrmData", recipient="Mixpanel", **track)
    yield "unlisted-third-party", caveat.evaluate("share", "IpAddress", recipient="Somebody Else", **track)
    yield "permitted", caveat.evaluate("use", "Name", facts={"signed_up": True}, **letters)
    yield "undetermined", caveat.evaluate("use", "Name", **letters)
    yield "error", caveat.evaluate("use", "Nmae", **letters)


def self_test(caveat):
    for expected, answer in questions(caveat):
        assert answer.verdict == expected, (expected, answer)
        assert answer.allowed == (expected == "permitted"), answer
        assert answer.reason, answer
    both = caveat.evaluate_all(
        [{"action": {"name": "share"}}, {"action": {"name": "sell"}}],
        subject={"type": "recipient", "id": "Mixpanel"},
        resource={"type": "data", "id": "IpAddress"},
        context={"subject": "SiteVisitor", "purpose": "UsageTracking", "events": {"DeletionRequest": None}},
    )
    assert [answer.allowed for answer in both] == [True, False], both
    may = list(caveat.recipients("share", "IpAddress", subject="SiteVisitor", purpose="UsageTracking",
                                 events={"DeletionRequest": None}))
    assert "Mixpanel" in may and "Facebook" not in may, may
    print("all as it should be")


def main(arguments):
    if arguments[:1] == ["--self-test"]:
        self_test(Caveat(*arguments[1:2]))
        return
    for _, answer in questions(Caveat(*(arguments[:1] or ["http://127.0.0.1:7411"]))):
        print("yes" if answer.allowed else "no ", answer.verdict, "-", answer.reason)


if __name__ == "__main__":
    main(sys.argv[1:])
