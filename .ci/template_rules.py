"""What has to hold of the deployed template: each rule yields what breaks it, as a sentence."""

import json
import re
from pathlib import Path

# A `*` that an API asks for, or that stands for a name which CloudFormation or somebody else makes up. Each names who may have it,
# as a pattern of logical ids, and what. One that nothing needs any more is a fault as well.
WILDCARDS = {
    (r"AlarmTopicKey", "kms:*"): "whoever the account lets administer the key; without it nobody could change or delete it",
    (r"AlarmTopicKey", "*"): "a key policy is about its own key, and names it so",
    (r"FunctionBoundary", "*"): "X-Ray knows no resources for what a function tells it",
    (r"FunctionBoundary", "log-group:/aws/lambda/${AWS::StackName}/*"): "the streams of the stack's own log groups",
    (r"FunctionBoundary|SyncSlackIdentitiesFunctionRole|DeliverNotificationsFunctionRole", "secret:${AWS::StackName}/slack/*"):
        "an organizational unit's Slack token is stored without a deployment",
    (r"FunctionBoundary|\w+PushSubscriptions?FunctionRole|DeliverNotificationsFunctionRole", "secret:${PushKeysSecret}-??????"):
        "Secrets Manager ends an ARN with six characters of its own",
    (r"FunctionBoundary|DeliverNotificationsFunctionRole|SendDigestsFunctionRole", "identity/*"):
        "which identity of SES an address is sent as, only SES knows",
    (r"FunctionBoundary|DeliverNotificationsFunctionRole|SendDigestsFunctionRole", "identity/*${SesIdentity}"):
        "the domain, or an address of it that SES knows by itself",
    (r"DeploymentRole", "function:${AWS::StackName}-*"): "CloudFormation ends the names of functions",
    (r"DeploymentRole", "alarm:${AWS::StackName}-*"): "CloudFormation ends the names of alarms",
}

# Policies of AWS's own, which SAM attaches and cannot be told not to. They name all resources, and FunctionBoundary takes that back.
MANAGED = {
    "service-role/AWSLambdaBasicExecutionRole": "logs:CreateLogStream logs:PutLogEvents",
    "service-role/AWSLambdaSQSQueueExecutionRole": "sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage",
    "AWSXrayWriteOnlyAccess": "xray:PutTelemetryRecords xray:PutTraceSegments",
    "AWSXRayDaemonWriteAccess": "xray:PutTelemetryRecords xray:PutTraceSegments",
}


def as_list(value):
    return value if isinstance(value, list) else [value]


def text(value):
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def references(value):
    """The logical ids and parameters that a value names."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "Ref":
                yield inner
            elif key == "Fn::GetAtt":
                yield inner[0] if isinstance(inner, list) else inner.split(".")[0]
            else:
                if key == "Fn::Sub":
                    yield from re.findall(r"\$\{(\w[\w:]*)[.}]", inner if isinstance(inner, str) else inner[0])
                yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def conditions(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "Fn::If":
                yield inner[0]
            yield from conditions(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from conditions(inner)


def branches(value):
    """What an `Fn::If` may turn into, or the value."""
    if isinstance(value, dict) and set(value) == {"Fn::If"}:
        return [leaf for branch in value["Fn::If"][1:] for leaf in branches(branch) if leaf != {"Ref": "AWS::NoValue"}]
    return [value]


class Stack:
    """A translated template."""

    def __init__(self, template):
        self.template = template
        self.resources = template["Resources"]

    def of(self, kind):
        return [(name, it.get("Properties", {})) for name, it in self.resources.items() if it["Type"] == kind]

    def documents(self):
        for name, it in self.of("AWS::IAM::Role"):
            for policy in it.get("Policies", []):
                yield name, policy["PolicyDocument"]
        for name, it in self.of("AWS::IAM::ManagedPolicy") + self.of("AWS::SQS::QueuePolicy") + self.of("AWS::SNS::TopicPolicy"):
            yield name, it["PolicyDocument"]
        for name, it in self.of("AWS::KMS::Key"):
            yield name, it["KeyPolicy"]

    def statements(self):
        for name, document in self.documents():
            for statement in as_list(document["Statement"]):
                for branch in branches(statement):
                    yield name, branch

    def rights(self, name):
        """What the policies of a role or a policy allow: actions, each with what it is done to."""
        for owner, statement in self.statements():
            if owner == name and statement["Effect"] == "Allow":
                for action in as_list(statement["Action"]):
                    for resource in as_list(statement["Resource"]):
                        for branch in branches(resource):
                            yield action, text(branch)

    def role_of(self, function):
        return function["Role"]["Fn::GetAtt"][0]

    def queue_of(self, function_name):
        for _, mapping in self.of("AWS::Lambda::EventSourceMapping"):
            if mapping["FunctionName"] == {"Ref": f"{function_name}Aliaslive"}:
                return mapping["EventSourceArn"]
        return None


def no_wildcard_without_a_reason(stack, used=None):
    for name, statement in stack.statements():
        if statement["Effect"] != "Allow":
            continue
        for value in as_list(statement["Action"]) + as_list(statement["Resource"]):
            for branch in branches(value):
                said = text(branch.get("Fn::Sub", branch) if isinstance(branch, dict) else branch)
                if "*" not in said and "?" not in said:
                    continue
                reasons = [key for key in WILDCARDS if re.fullmatch(key[0], name) and (said == key[1] or said.endswith(":" + key[1]))]
                if used is not None:
                    used.update(reasons)
                if not reasons:
                    yield f"{name} may do or reach {said}, and nothing says why"


def no_statement_by_what_it_leaves_out(stack):
    for name, statement in stack.statements():
        if statement["Effect"] == "Allow" and {"NotAction", "NotResource", "NotPrincipal"} & set(statement):
            yield f"{name} allows all but something"


def roles_are_for_one_service(stack):
    services = {"lambda.amazonaws.com", "scheduler.amazonaws.com", "codedeploy.amazonaws.com"}
    for name, role in stack.of("AWS::IAM::Role"):
        for statement in role["AssumeRolePolicyDocument"]["Statement"]:
            said = as_list(statement["Principal"].get("Service", "none"))
            if set(statement["Principal"]) != {"Service"} or len(said) != 1 or said[0] not in services:
                yield f"{name} may be taken by {statement['Principal']}"


def what_aws_attaches_is_bounded(stack):
    bounded = {action for action, _ in stack.rights("FunctionBoundary")}
    for name, role in stack.of("AWS::IAM::Role"):
        for arn in role.get("ManagedPolicyArns", []):
            known = [actions for policy, actions in MANAGED.items() if text(arn).endswith(f":policy/{policy}")]
            if not known:
                yield f"{name} has the policy {arn}, and nothing says why"
            elif not set(known[0].split()) <= bounded:
                yield f"{name} is bounded away from what {arn} is for"
            if role.get("PermissionsBoundary") != {"Ref": "FunctionBoundary"}:
                yield f"{name} has {arn} without the boundary of functions"


def deployments_may_attach_it(stack):
    """What AWS itself attaches, the role that deploys from GitHub may attach as well."""
    allowed = Path("deploy/oidc.yaml").read_text()
    for name, role in stack.of("AWS::IAM::Role"):
        for arn in role.get("ManagedPolicyArns", []):
            policy = text(arn).rsplit(":policy/")[-1].rstrip('"}')
            if f":policy/{policy}\n" not in allowed:
                yield f"{name} has {policy}, which deploy/oidc.yaml lets nobody attach"


def the_boundary_is_what_functions_have(stack):
    bound = set(stack.rights("FunctionBoundary"))
    needed = set()
    for name, function in stack.of("AWS::Lambda::Function"):
        role = stack.role_of(function)
        if stack.resources[role]["Properties"].get("PermissionsBoundary") != {"Ref": "FunctionBoundary"}:
            yield f"{role} has no boundary"
        rights = set(stack.rights(role))
        needed |= rights
        for right in sorted(rights - bound):
            yield f"{name} is bounded away from {right}"
    attached = {action for actions in MANAGED.values() for action in actions.split()}
    for right in sorted(bound - needed):
        if right[0] not in attached:
            yield f"the boundary allows {right}, which no function has"


def a_function_reaches_only_what_it_is_told_of(stack):
    shared = {"Table"}
    invokes = {it["FunctionName"]["Ref"]: it for _, it in stack.of("AWS::Lambda::EventInvokeConfig")}
    for name, function in stack.of("AWS::Lambda::Function"):
        told = set(references(function.get("Environment", {}))) | set(references(invokes.get(name, {}))) | shared
        # The identity is that of the sender, whom the function is told.
        told |= {"SesIdentity"} if "EmailFrom" in told else set()
        for owner, statement in stack.statements():
            if owner == stack.role_of(function) and statement["Effect"] == "Allow":
                for known in sorted(set(references(statement["Resource"])) - told):
                    if not known.startswith("AWS::"):
                        yield f"{name} may reach {known}, which its environment does not name"


def a_worker_takes_messages_from_its_own_queue_alone(stack):
    taking = {"sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"}
    for name, function in stack.of("AWS::Lambda::Function"):
        queue, role = stack.queue_of(name), stack.role_of(function)
        attached = text(stack.resources[role]["Properties"].get("ManagedPolicyArns", []))
        if queue is None and "SQS" in attached:
            yield f"{name} may take messages, and has no queue"
        denials = [it for owner, it in stack.statements() if owner == role and it["Effect"] == "Deny"]
        if queue is not None and not any(set(it["Action"]) == taking and it.get("NotResource") == queue for it in denials):
            yield f"{name} may take messages from other queues than its own"


def partitions_are_named(stack):
    for name, function in stack.of("AWS::Lambda::Function"):
        for owner, statement in stack.statements():
            if owner != stack.role_of(function) or not any("dynamodb:" in action for action in as_list(statement["Action"])):
                continue
            keys = statement.get("Condition", {}).get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys")
            if not keys:
                yield f"{name} may reach every partition of the table"
            elif any(not re.match(r"[A-Z]+#", key) for key in keys):
                yield f"{name} may reach partitions of any kind"


def whoever_invokes_a_function_is_named(stack):
    for name, permission in stack.of("AWS::Lambda::Permission"):
        if "SourceArn" not in permission:
            yield f"{name} lets {permission['Principal']} invoke for anyone"
        if not text(permission["FunctionName"].get("Ref")).endswith("Aliaslive"):
            yield f"{name} is not about the alias"


def resource_policies_name_their_source(stack):
    for name, policy in stack.of("AWS::SQS::QueuePolicy") + stack.of("AWS::SNS::TopicPolicy"):
        for statement in policy["PolicyDocument"]["Statement"]:
            if set(statement["Principal"]) != {"Service"} or "aws:SourceArn" not in text(statement.get("Condition", {})):
                yield f"{name} lets in more than one source"


def logs_are_forgotten(stack):
    groups = dict(stack.of("AWS::Logs::LogGroup"))
    for name, group in groups.items():
        if "RetentionInDays" not in group:
            yield f"{name} keeps its lines forever"
    for name, function in stack.of("AWS::Lambda::Function"):
        if function.get("LoggingConfig", {}).get("LogGroup", {}).get("Ref") not in groups:
            yield f"{name} writes into a log that is not the stack's"


def queues_are_encrypted_and_have_dead_letters(stack):
    queues = dict(stack.of("AWS::SQS::Queue"))
    dead = {it["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0] for it in queues.values() if "RedrivePolicy" in it}
    for _, schedule in stack.of("AWS::Scheduler::Schedule"):
        dead |= set(references(schedule["Target"].get("DeadLetterConfig", {})))
    for name, queue in queues.items():
        if queue.get("SqsManagedSseEnabled") is not True:
            yield f"{name} is not encrypted"
        if ("RedrivePolicy" in queue) == (name in dead):
            yield f"{name} has no dead letters, or is for some and has its own"
    for name, target in triggers(stack):
        if "DeadLetterConfig" not in target:
            yield f"{name} loses what it cannot hand over"


def triggers(stack):
    for name, rule in stack.of("AWS::Events::Rule"):
        for target in rule["Targets"]:
            yield name, target
    for name, schedule in stack.of("AWS::Scheduler::Schedule"):
        yield name, schedule["Target"]


def triggers_call_the_alias(stack):
    functions = dict(stack.of("AWS::Lambda::Function"))
    for name, target in triggers(stack):
        if set(references(target["Arn"])) & set(functions):
            yield f"{name} calls a function past its alias"
    for name, schedule in stack.of("AWS::Scheduler::Schedule"):
        if "Name" in schedule:
            yield f"{name} has a name that a second stack of the account would want too"
        if "RetryPolicy" not in schedule["Target"]:
            yield f"{name} repeats for a day"
    for name in functions:
        if f"{name}Aliaslive" not in stack.resources:
            yield f"{name} has no alias"


def workers_leave_room_for_others(stack):
    for name, function in stack.of("AWS::Lambda::Function"):
        if "ReservedConcurrentExecutions" in function:
            yield f"{name} reserves concurrency, and refuses what its queue hands over beyond"
    for name, mapping in stack.of("AWS::Lambda::EventSourceMapping"):
        if "MaximumConcurrency" not in mapping.get("ScalingConfig", {}):
            yield f"{name} has no MaximumConcurrency"
        if mapping.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]:
            yield f"{name} repeats whole batches"


def alarms_tell_someone(stack):
    for name, alarm in stack.of("AWS::CloudWatch::Alarm"):
        for actions in ("AlarmActions", "OKActions"):
            if not alarm.get(actions):
                yield f"{name} has no {actions}"
        if len(alarm.get("AlarmDescription", "")) < 60:
            yield f"{name} does not say what is wrong"
        if "TreatMissingData" not in alarm:
            yield f"{name} does not say what silence means"
        if "AlarmName" in alarm:
            yield f"{name} has a name of its own, by which DeploymentRole and AlarmTopic do not know it"


def the_dashboard_can_be_drawn(stack):
    for name, dashboard in stack.of("AWS::CloudWatch::Dashboard"):
        try:
            widgets = json.loads(re.sub(r"\$\{[^}]*\}", "x", dashboard["DashboardBody"]["Fn::Sub"]))["widgets"]
        except ValueError as error:
            yield f"{name} is no JSON: {error}"
            continue
        places = set()
        for widget in widgets:
            cells = {(x, y) for x in range(widget["x"], widget["x"] + widget["width"]) for y in range(widget["y"], widget["y"] + widget["height"])}
            if places & cells or any(x > 23 for x, _ in cells):
                yield f"{name} has no place for {widget['properties']['title']}"
            places |= cells


def a_changed_parameter_makes_a_version(stack):
    """Of what reaches a function, by a reference or by a condition, ConfigurationVersion has to know."""
    known = set(references(stack.resources["ConfigurationVersion"]["Properties"]["Content"]))
    parameters = set(stack.template["Parameters"])
    for name, function in stack.of("AWS::Lambda::Function"):
        asked = [stack.template["Conditions"][condition] for condition in conditions(function)]
        asked = set(references(function)) | set(references(asked))
        # The certificate stands for the domain, which is given with it.
        for parameter in sorted((asked & parameters) - known - {"CertificateArn"}):
            yield f"{name} would go on without a new {parameter}"
        if function.get("Description") != {"Ref": "ConfigurationVersion"}:
            yield f"{name} would not notice a new configuration"
    for name, version in stack.of("AWS::Lambda::Version"):
        if version.get("Description") != {"Ref": "ConfigurationVersion"}:
            yield f"{name} would not be made again for a new configuration"


def nothing_waits_for_itself(stack):
    """Resources that need each other, also through what an update asks: CloudFormation refuses them, and no linter sees it."""
    edges = {name: set(references(it)) | set(as_list(it.get("DependsOn", []))) for name, it in stack.resources.items()}
    done, path = set(), []

    def visit(name):
        if name in path:
            yield " needs ".join(path[path.index(name):] + [name])
        elif name not in done:
            path.append(name)
            for other in sorted(edges[name] & set(edges)):
                yield from visit(other)
            path.pop()
            done.add(name)

    for name in stack.resources:
        yield from visit(name)


def data_outlives_the_stack(stack):
    for kind in ("AWS::DynamoDB::Table", "AWS::SecretsManager::Secret"):
        for name, it in stack.resources.items():
            if it["Type"] == kind and (it.get("DeletionPolicy"), it.get("UpdateReplacePolicy")) != ("Retain", "Retain"):
                yield f"{name} goes with the stack"


def weight(value):
    """The most characters that a policy may come to: IAM counts none that are space, and an ARN has 150 at most."""
    if isinstance(value, dict) and any(key == "Ref" or key.startswith("Fn::") for key in value):
        inner = branches(value)
        return 150 if inner == [value] else max(map(weight, inner), default=0)
    if isinstance(value, dict):
        return 2 + sum(len(key) + 4 + weight(inner) for key, inner in value.items())
    if isinstance(value, list):
        return 2 + sum(1 + weight(inner) for inner in value)
    return len(str(value)) + 2


def iam_takes_it(stack):
    for name, it in stack.of("AWS::IAM::ManagedPolicy"):
        if weight(it["PolicyDocument"]) > 6_144:
            yield f"{name} may have {weight(it['PolicyDocument'])} characters, of 6,144"
    for name, it in stack.of("AWS::IAM::Role"):
        size = sum(weight(policy["PolicyDocument"]) for policy in it.get("Policies", []))
        if size > 10_240:
            yield f"{name} may have {size} characters, of 10,240"


def cloudformation_takes_it(stack):
    size = len(json.dumps(stack.template, separators=(",", ":")).encode())
    for what, number, most in [
        ("resources", len(stack.resources), 500),
        ("parameters", len(stack.template["Parameters"]), 200),
        ("outputs", len(stack.template["Outputs"]), 200),
        ("bytes", size, 1_000_000),
    ]:
        if number > most:
            yield f"{number} {what}, of {most}"


RULES = [
    no_wildcard_without_a_reason,
    no_statement_by_what_it_leaves_out,
    roles_are_for_one_service,
    what_aws_attaches_is_bounded,
    deployments_may_attach_it,
    the_boundary_is_what_functions_have,
    a_function_reaches_only_what_it_is_told_of,
    a_worker_takes_messages_from_its_own_queue_alone,
    partitions_are_named,
    whoever_invokes_a_function_is_named,
    resource_policies_name_their_source,
    logs_are_forgotten,
    queues_are_encrypted_and_have_dead_letters,
    triggers_call_the_alias,
    workers_leave_room_for_others,
    alarms_tell_someone,
    the_dashboard_can_be_drawn,
    a_changed_parameter_makes_a_version,
    nothing_waits_for_itself,
    data_outlives_the_stack,
    iam_takes_it,
    cloudformation_takes_it,
]
