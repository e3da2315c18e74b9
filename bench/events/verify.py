"""Verifies every received webhook with the Python library of Standard Webhooks: verify.py SECRET FILE."""

import json
import sys

from standardwebhooks.webhooks import Webhook

webhook = Webhook(sys.argv[1])
count = 0
with open(sys.argv[2], encoding="utf-8") as lines:
    for line in lines:
        request = json.loads(line)
        webhook.verify(request["body"], request["headers"])
        count += 1
print(count)
