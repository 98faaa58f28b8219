"""Asks the Runtime API for invocations, one after the other. Lambda's own client does the same, and
takes a compiler to install."""

import http.client
import json
import os

import function

INVOCATIONS = "/2018-06-01/runtime/invocation"

connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
while True:
    connection.request("GET", f"{INVOCATIONS}/next")
    invocation = connection.getresponse()
    identifier = invocation.headers["lambda-runtime-aws-request-id"]
    answer = json.dumps(function.handler(json.loads(invocation.read())))
    connection.request("POST", f"{INVOCATIONS}/{identifier}/response", answer)
    connection.getresponse().read()
