"""Reads template.yaml as CloudFormation gets it, with the parameters of three teams, and says what is not as it has to be.

Run it with the Python that SAM CLI is installed for: `.ci/run` does.
"""

import copy
import json
import logging
import os
import re
import sys
from pathlib import Path

from cfnlint.api import ManualArgs, lint
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

from template_breaks import BREAKS
from template_rules import RULES, WILDCARDS, Stack, no_wildcard_without_a_reason

REGION = "us-east-1"

# What a team has to give, and nothing else; everything there is; and what else of either excludes the other.
REQUIRED = {
    "AuthIssuer": "https://identity.example/",
    "AuthAudience": "notifications",
    "AuthJwksUrl": "https://identity.example/jwks.json",
    "EmailFrom": "mail@acme.example",
    "AlarmEmail": "team@acme.example",
}
# What CloudFormation never cuts of a stack's name where it makes one of 64 characters of it.
LONGEST_NAME = 25
TEAMS = {
    "five parameters": REQUIRED,
    "all of it": REQUIRED
    | {
        "SesIdentity": "acme.example",
        "PushKeysSecret": "push",
        "DomainName": "notifications.acme.example",
        "CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/1",
        "HostedZoneId": "Z1",
        "Tracing": "Active",
        "DeploymentPreference": "Canary10Percent5Minutes",
    },
    "a topic of theirs, and no archive": REQUIRED
    | {"AlarmEmail": "", "AlarmTopicArn": "arn:aws:sns:us-east-1:123456789012:ours", "EventArchiveDays": 0},
}


class NoManagedPolicies:
    def load(self):
        return {}


def translate(text, parameters):
    template = yaml_parse(text)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/" + resource["Properties"]["CodeUri"]
    values = {name: it["Default"] for name, it in template["Parameters"].items() if "Default" in it}
    values |= {"AWS::Region": REGION, "AWS::Partition": "aws"} | parameters
    return Translator({}, Parser()).translate(template, parameter_values=values)


def main():
    # Only a name that SAM wants to have heard: nothing is sent anywhere.
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    # It warns of its own metrics, which nobody collects here.
    logging.disable(logging.WARNING)
    text = Path("template.yaml").read_text()
    faults, used = [], set()
    for team, parameters in TEAMS.items():
        template = translate(text, parameters)
        stack = Stack(template)
        found = [fault for rule in RULES for fault in rule(stack)]
        # Only to see which reasons are still needed.
        list(no_wildcard_without_a_reason(stack, used))
        faults += [f"{team}: {fault}" for fault in found]
        size = len(json.dumps(template, separators=(",", ":")))
        print(f"{team}: {len(stack.resources)} resources of 500, {size // 1000} KB of 1000")
    faults += linted(translate(text, TEAMS["all of it"]), TEAMS["all of it"])
    faults += [f"nothing needs {what} for {who}" for who, what in WILDCARDS.keys() - used]
    faults += too_long(re.findall(r'^stack_name = "(.*)"$', Path("samconfig.toml").read_text(), re.MULTILINE))
    faults += unbroken(translate(text, TEAMS["all of it"]))
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def linted(template, parameters):
    """What cfn-lint says where everything is switched on; `sam validate` has it look at the defaults alone."""
    for name, parameter in template["Parameters"].items():
        if name in parameters:
            parameter["Default"] = parameters[name]
            # Of some values SAM has made something else by now.
            parameter.pop("AllowedValues", None)
    # SAM has put some parameters and mappings in already, which nothing refers to after that.
    config = ManualArgs(regions=[REGION], ignore_checks=["W2001", "W7001"])
    return [f"{it.rule.id}: {it.message}" for it in lint(json.dumps(template), config=config)]


def too_long(names):
    """The names of stacks that CloudFormation would cut in the names of functions and roles, by which they are known to others."""
    return [f"the stack {name} has more than {LONGEST_NAME} characters" for name in names if len(name) > LONGEST_NAME]


def unbroken(template):
    """The rules that say nothing when the template is broken on purpose."""
    if not too_long(["x" * (LONGEST_NAME + 1)]):
        yield "too_long does not notice a name that is"
    missing = {rule.__name__ for rule in RULES} - {rule.__name__ for rule, _ in BREAKS}
    yield from (f"nothing breaks the rule {name}" for name in sorted(missing))
    for rule, break_it in BREAKS:
        broken = copy.deepcopy(template)
        break_it(broken["Resources"])
        if not list(rule(Stack(broken))):
            yield f"{rule.__name__} does not notice {break_it.__name__}"


if __name__ == "__main__":
    sys.exit(main())
