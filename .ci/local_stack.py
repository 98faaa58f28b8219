"""The stack in a local AWS: how it gets there with sam, and what MiniStack leaves out that AWS does not."""

import json
import logging
import os
import pathlib
import platform
import re
import subprocess

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

from local_aws import REGION, Failed, LocalAws

STACK = "rehearsal"
# The types of resources that MiniStack does not know, and refuses. Nothing refers to them.
UNKNOWN = {"AWS::Events::Archive"}
ARCHITECTURE = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]


class Stack:
    """The whole template, deployed with some parameters."""

    def __init__(self, aws: LocalAws, parameters: dict) -> None:
        self.aws = aws
        self.parameters = {"Architecture": ARCHITECTURE, **parameters}
        self.built = aws.folder / "built"
        self.translated = translate(pathlib.Path("template.yaml"))

    def build(self) -> None:
        """Builds every function as `sam build` does for a deployment, but in the profile that links fast, and not optimized: that takes
        four times as long, and changes nothing of what is looked at here."""
        fast = {**fast_link(), "CARGO_PROFILE_RELEASE_OPT_LEVEL": "0", "CARGO_LAMBDA_COMPILER": "cargo"}
        self.sam("build", "--build-dir", str(self.built), **fast)
        built = self.built / "template.yaml"
        built.write_text(json.dumps(as_taken_here(yaml_parse(built.read_text())), default=str))

    def deploy(self, **parameters: str) -> None:
        """Creates the stack, or updates it to other parameters."""
        self.parameters.update(parameters)
        self.sam(
            "deploy", "--template-file", str(self.built / "template.yaml"), "--stack-name", STACK, "--resolve-s3",
            "--no-confirm-changeset", "--no-progressbar",
        )
        self.complete()

    def delete(self) -> None:
        """Deletes the stack, as whoever means it would."""
        self.aws.client("cloudformation").delete_stack(StackName=STACK)

    def sam(self, command: str, *options: str, **environment: str) -> None:
        given = [f"{name}='{value}'" for name, value in self.parameters.items()]
        config = str(pathlib.Path("samconfig.toml").resolve())
        ran = subprocess.run(
            [os.environ["REHEARSAL_SAM"], command, "--config-file", config, *options, "--parameter-overrides", *given],
            env={**self.aws.environment(), **environment}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        )
        if ran.returncode != 0:
            raise Failed(f"sam {command} ended with {ran.returncode}:\n{ran.stdout[-4000:]}\n{ran.stderr[-4000:]}")

    # ---- What is there.

    def resources(self) -> dict:
        """What the stack says of its resources, by the names that the template gives them."""
        pages = self.aws.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=STACK)
        return {it["LogicalResourceId"]: it for page in pages for it in page["StackResourceSummaries"]}

    def physical(self, name: str) -> str:
        """What AWS calls a resource."""
        return self.resources()[name]["PhysicalResourceId"]

    def outputs(self) -> dict:
        [stack] = self.aws.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
        return {it["OutputKey"]: it["OutputValue"] for it in stack["Outputs"]}

    def expected(self) -> set:
        """The names of all resources that the template asks for with these parameters."""
        conditions = Conditions(self.translated, self.parameters)
        resources = self.translated["Resources"].items()
        wanted = {name for name, it in resources if "Condition" not in it or conditions.holds(it["Condition"])}
        return wanted - self.left_out()

    def left_out(self) -> set:
        """The names of those that are not deployed here."""
        return {name for name, it in self.translated["Resources"].items() if it["Type"] in UNKNOWN}

    def items(self, table: str) -> list:
        pages = self.aws.client("dynamodb").get_paginator("scan").paginate(TableName=table)
        return [item for page in pages for item in page["Items"]]

    # ---- What MiniStack leaves out.

    def complete(self) -> None:
        """Does what CloudFormation does on AWS, and MiniStack does not."""
        resources = self.resources()
        self.bring_in_routes(resources)
        self.ask_for_rights_as_aws_does(resources)

    def bring_in_routes(self, resources: dict) -> None:
        """An HTTP API is described by its `Body`, which MiniStack does not read: routes and CORS are made of it here."""
        gateway = self.aws.client("apigatewayv2")
        api = resources["Api"]["PhysicalResourceId"]
        body = self.translated["Resources"]["Api"]["Properties"]["Body"]
        known = {route["RouteKey"] for route in gateway.get_routes(ApiId=api)["Items"]}
        for path, methods in body["paths"].items():
            for method, operation in methods.items():
                route = f"{method.upper()} {path}"
                if route in known:
                    continue
                integration = operation["x-amazon-apigateway-integration"]
                function = re.search(r"\$\{(\w+)(?:\.Arn)?\}/invocations", integration["uri"]["Fn::Sub"])[1]
                made = gateway.create_integration(
                    ApiId=api, IntegrationType="AWS_PROXY", IntegrationMethod="POST",
                    IntegrationUri=self.arn_of(resources[function]), PayloadFormatVersion=integration["payloadFormatVersion"],
                )
                gateway.create_route(ApiId=api, RouteKey=route, Target=f"integrations/{made['IntegrationId']}")
        cors = body["x-amazon-apigateway-cors"]
        gateway.update_api(ApiId=api, CorsConfiguration={
            "AllowOrigins": self.parameters.get("CorsOrigins", "*").split(","),
            "AllowMethods": cors["allowMethods"], "AllowHeaders": cors["allowHeaders"],
            "ExposeHeaders": cors["exposeHeaders"], "MaxAge": cors["maxAge"],
        })

    def arn_of(self, resource: dict) -> str:
        """That of a function, or of an alias of one."""
        name = resource["PhysicalResourceId"]
        if resource["ResourceType"] == "AWS::Lambda::Alias":
            return name
        return self.aws.client("lambda").get_function(FunctionName=name)["Configuration"]["FunctionArn"]

    def ask_for_rights_as_aws_does(self, resources: dict) -> None:
        """Gives roles and boundaries what their policies mean on AWS."""
        secrets, iam = self.aws.client("secretsmanager"), self.aws.client("iam")

        def of_type(kind: str) -> list:
            return [it["PhysicalResourceId"] for it in resources.values() if it["ResourceType"] == kind]

        arns = {name: secrets.describe_secret(SecretId=name)["ARN"] for name in of_type("AWS::SecretsManager::Secret")}
        for role in of_type("AWS::IAM::Role"):
            for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
                before = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
                after = as_meant(before, arns)
                if after != before:
                    iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(after))
        for policy in of_type("AWS::IAM::ManagedPolicy"):
            version = iam.get_policy(PolicyArn=policy)["Policy"]["DefaultVersionId"]
            before = iam.get_policy_version(PolicyArn=policy, VersionId=version)["PolicyVersion"]["Document"]
            after = as_meant(before, arns)
            if after != before:
                iam.create_policy_version(PolicyArn=policy, PolicyDocument=json.dumps(after), SetAsDefault=True)


def as_taken_here(template: dict) -> dict:
    """The template without what MiniStack would refuse."""
    resources = {name: it for name, it in template["Resources"].items() if it["Type"] not in UNKNOWN}
    for it in resources.values():
        if it["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in it["Properties"]:
            # It cannot calculate: such an alarm is here one of the first metric that goes into it.
            metrics = it["Properties"].pop("Metrics")
            measured = next(metric["MetricStat"] for metric in metrics if "MetricStat" in metric)
            it["Properties"] |= {**measured["Metric"], "Period": measured["Period"], "Statistic": "Sum"}
    return {**template, "Resources": resources}


def as_meant(policy: dict, arns: dict) -> dict:
    """A policy in the words of MiniStack, where they are not those of AWS.

    A `Ref` to a secret is its ARN, and not its name. Several messages are sent by the right to send one. An email is of an identity
    and a configuration set, and not of nothing in particular.
    """

    def statement(it: dict) -> dict:
        if it["Effect"] == "Deny":
            return it
        actions, resources = listed(it["Action"]), [arns.get(name, name) for name in listed(it["Resource"])]
        if "sqs:SendMessage" in actions:
            actions = [*actions, "sqs:SendMessageBatch"]
        if "ses:SendEmail" in actions:
            resources = ["*"]
        return {**it, "Action": actions, "Resource": resources}

    return {**policy, "Statement": [statement(it) for it in policy["Statement"]]}


def listed(one_or_more) -> list:
    return one_or_more if isinstance(one_or_more, list) else [one_or_more]


def translate(template: pathlib.Path) -> dict:
    """What CloudFormation makes of a SAM template, by AWS's own translator."""

    class NoManagedPolicies:
        def load(self) -> dict:
            return {}

    # It warns of features that are not asked for.
    logging.getLogger("samtranslator").setLevel(logging.CRITICAL)
    os.environ["AWS_DEFAULT_REGION"] = REGION
    read = yaml_parse(template.read_text())
    for resource in read["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            # A folder is what `sam deploy` uploads; the translator is told of it afterwards.
            resource["Properties"]["CodeUri"] = "s3://uploaded/function"
    return transform(read, {}, NoManagedPolicies())


class Conditions:
    """The conditions of a template, for some parameters."""

    def __init__(self, template: dict, parameters: dict) -> None:
        declared = template["Parameters"].items()
        self.values = {name: parameters.get(name, it.get("Default")) for name, it in declared}
        self.conditions = template.get("Conditions", {})

    def holds(self, name: str) -> bool:
        return self.value(self.conditions[name])

    def value(self, of):
        if not isinstance(of, dict):
            return of
        [(function, argument)] = of.items()
        match function:
            case "Ref":
                return self.values[argument]
            case "Condition":
                return self.holds(argument)
            case "Fn::Equals":
                left, right = map(self.value, argument)
                return str(left) == str(right)
            case "Fn::Not":
                return not self.value(argument[0])
            case "Fn::And":
                return all(map(self.value, argument))
            case "Fn::Or":
                return any(map(self.value, argument))
        raise Failed(f"the template has a condition with {function}, which the rehearsal does not know")


def fast_link() -> dict:
    """The profile `fast-link` as changes to the release profile, which is the one that sam builds."""
    table = re.search(r"^\[profile\.fast-link\]\n((?:[^\[\n].*\n|\n)*)", pathlib.Path("Cargo.toml").read_text(), re.MULTILINE)[1]
    settings = dict(re.findall(r'^([a-z-]+) = "?([\w-]+)"?', table, re.MULTILINE))
    if settings.pop("inherits", None) != "release":
        raise Failed("the profile fast-link does not inherit release")
    return {f"CARGO_PROFILE_RELEASE_{name.upper().replace('-', '_')}": value for name, value in settings.items()}
