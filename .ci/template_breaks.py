"""The template, broken on purpose: each rule has to notice what is written beside it."""

import template_rules as rules

BREAKS = []


def breaks(rule):
    def note(function):
        BREAKS.append((rule, function))
        return function

    return note


def statement(resources, role, number=0):
    return resources[role]["Properties"]["Policies"][number]["PolicyDocument"]["Statement"][0]


@breaks(rules.no_wildcard_without_a_reason)
def every_action_on_the_table(resources):
    statement(resources, "GetProfileFunctionRole")["Action"] = "dynamodb:*"


@breaks(rules.no_wildcard_without_a_reason)
def every_table(resources):
    statement(resources, "GetProfileFunctionRole")["Resource"] = "*"


@breaks(rules.no_wildcard_without_a_reason)
def a_wildcard_of_somebody_else(resources):
    arn = "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:${AWS::StackName}/slack/*"
    statement(resources, "GetProfileFunctionRole")["Resource"] = {"Fn::Sub": arn}


@breaks(rules.no_statement_by_what_it_leaves_out)
def all_but_the_table(resources):
    it = statement(resources, "GetProfileFunctionRole")
    it["NotResource"] = it.pop("Resource")
    it["Resource"] = []


@breaks(rules.roles_are_for_one_service)
def a_role_for_the_account(resources):
    trust = resources["GetProfileFunctionRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]
    trust["Principal"] = {"AWS": "123456789012"}


@breaks(rules.what_aws_attaches_is_bounded)
def a_policy_of_aws(resources):
    arns = resources["GetProfileFunctionRole"]["Properties"]["ManagedPolicyArns"]
    arns.append("arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess")


@breaks(rules.what_aws_attaches_is_bounded)
def no_boundary(resources):
    del resources["GetProfileFunctionRole"]["Properties"]["PermissionsBoundary"]


@breaks(rules.deployments_may_attach_it)
def a_policy_of_aws_that_no_deployment_may_attach(resources):
    resources["SendDigestsFunctionRole"]["Properties"]["ManagedPolicyArns"].append("arn:aws:iam::aws:policy/ReadOnlyAccess")


@breaks(rules.the_boundary_is_what_functions_have)
def a_right_beyond_the_boundary(resources):
    statement(resources, "GetProfileFunctionRole")["Action"] = "dynamodb:Scan"


@breaks(rules.the_boundary_is_what_functions_have)
def a_boundary_that_nobody_needs(resources):
    table = resources["FunctionBoundary"]["Properties"]["PolicyDocument"]["Statement"][3]
    table["Action"].append("dynamodb:Scan")


@breaks(rules.a_function_reaches_only_what_it_is_told_of)
def the_queue_of_another(resources):
    document = resources["GetProfileFunctionRole"]["Properties"]["Policies"][0]["PolicyDocument"]
    queue = {"Fn::GetAtt": ["DeliveryQueue", "Arn"]}
    document["Statement"].append({"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue})


@breaks(rules.a_worker_takes_messages_from_its_own_queue_alone)
def messages_of_another(resources):
    for policy in resources["DispatchEventsFunctionRole"]["Properties"]["Policies"]:
        for it in policy["PolicyDocument"]["Statement"]:
            if it["Effect"] == "Deny":
                it["NotResource"] = {"Fn::GetAtt": ["DeliveryQueue", "Arn"]}


@breaks(rules.partitions_are_named)
def every_partition(resources):
    del statement(resources, "GetProfileFunctionRole")["Condition"]


@breaks(rules.whoever_invokes_a_function_is_named)
def anybodys_api(resources):
    del resources["GetProfileFunctionApiPermission"]["Properties"]["SourceArn"]


@breaks(rules.resource_policies_name_their_source)
def anybodys_rule(resources):
    del resources["FeedbackQueuePolicy"]["Properties"]["PolicyDocument"]["Statement"][0]["Condition"]


@breaks(rules.logs_are_forgotten)
def a_log_for_ever(resources):
    del resources["ApiLogGroup"]["Properties"]["RetentionInDays"]


@breaks(rules.queues_are_encrypted_and_have_dead_letters)
def a_queue_in_the_clear(resources):
    del resources["DigestQueue"]["Properties"]["SqsManagedSseEnabled"]


@breaks(rules.queues_are_encrypted_and_have_dead_letters)
def a_queue_without_dead_letters(resources):
    del resources["DigestQueue"]["Properties"]["RedrivePolicy"]


@breaks(rules.triggers_call_the_alias)
def a_schedule_of_the_newest(resources):
    target = resources["SendDigestsFunctionSchedule"]["Properties"]["Target"]
    target["Arn"] = {"Fn::GetAtt": ["SendDigestsFunction", "Arn"]}


@breaks(rules.workers_leave_room_for_others)
def concurrency_for_one(resources):
    resources["SendDigestsFunction"]["Properties"]["ReservedConcurrentExecutions"] = 5


@breaks(rules.workers_leave_room_for_others)
def a_worker_without_bounds(resources):
    del resources["SendDigestsFunctionQueue"]["Properties"]["ScalingConfig"]


@breaks(rules.alarms_tell_someone)
def an_alarm_for_nobody(resources):
    resources["DigestLagAlarm"]["Properties"]["AlarmActions"] = []


@breaks(rules.the_dashboard_can_be_drawn)
def a_dashboard_of_half_a_text(resources):
    body = resources["Dashboard"]["Properties"]["DashboardBody"]
    body["Fn::Sub"] = body["Fn::Sub"][:-3]


@breaks(rules.a_changed_parameter_makes_a_version)
def a_parameter_that_no_version_knows(resources):
    content = resources["ConfigurationVersion"]["Properties"]["Content"]
    content["Fn::Sub"] = content["Fn::Sub"].replace("${AuthIssuer}", "")


@breaks(rules.nothing_waits_for_itself)
def an_alarm_that_the_api_waits_for(resources):
    alarm = resources["ApiErrorsAlarm"]["Properties"]
    alarm["Metrics"][1]["MetricStat"]["Metric"]["Dimensions"] = [{"Name": "ApiId", "Value": {"Ref": "Api"}}]


@breaks(rules.data_outlives_the_stack)
def a_table_that_goes(resources):
    resources["Table"]["DeletionPolicy"] = "Delete"


@breaks(rules.iam_takes_it)
def a_boundary_of_too_many_words(resources):
    table = resources["FunctionBoundary"]["Properties"]["PolicyDocument"]["Statement"][3]
    table["Resource"] = [table["Resource"]] * 40


@breaks(rules.cloudformation_takes_it)
def too_much(resources):
    for number in range(500):
        resources[f"Queue{number}"] = {"Type": "AWS::SQS::Queue"}
