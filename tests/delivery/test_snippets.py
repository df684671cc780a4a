"""What docs/events.md says about verifying, run as it stands there, against a message that was sent."""

import json
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from sandbox.bank.events import new_webhook_secret
from sandbox.delivery import signing
from sandbox.kernel.clock import wall_now

PAGE = (Path(__file__).parents[2] / "docs" / "events.md").read_text(encoding="utf-8")
SECRET = new_webhook_secret()
BODY = '{"type":"payment.status_changed","data":{"text":"æøå"}}'.encode()
NODE = """
import { readFileSync } from "node:fs";
import { verify } from "./snippet.mjs";
const verdicts = JSON.parse(readFileSync(0)).map(([headers, body, secret]) => {
  try { verify(headers, Buffer.from(body), secret); return ""; } catch (error) { return error.message; }
});
console.log(JSON.stringify(verdicts));
"""
GO = """
package hooks

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"testing"
)

func TestThem(t *testing.T) {
	var cases [][]json.RawMessage
	data, _ := os.ReadFile("cases.json")
	_ = json.Unmarshal(data, &cases)
	verdicts := []string{}
	for _, one := range cases {
		var headers map[string]string
		var body, secret string
		_ = json.Unmarshal(one[0], &headers)
		_ = json.Unmarshal(one[1], &body)
		_ = json.Unmarshal(one[2], &secret)
		header := http.Header{}
		for name, value := range headers {
			header.Set(name, value)
		}
		verdict := ""
		if err := Verify(header, []byte(body), secret); err != nil {
			verdict = err.Error()
		}
		verdicts = append(verdicts, verdict)
	}
	told, _ := json.Marshal(verdicts)
	fmt.Println("VERDICTS" + string(told))
}
"""


def snippet(language):
    [found] = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return found


@pytest.fixture(scope="module")
def cases():
    """Messages that are right, and messages that are not; what each verifier has to say."""
    right = dict(signing.headers(SECRET, "ev_demo_1", wall_now(), BODY))
    old = dict(signing.headers(SECRET, "ev_demo_1", wall_now().replace(year=2020), BODY))
    two = right | {"webhook-signature": f"v1,bm90IG91cnM= {right['webhook-signature']}"}
    odd = right | {"webhook-timestamp": "yesterday"}
    text, yes, no = BODY.decode(), "", "the signature is not right"
    late = "too old, or from the future"
    return [
        ([right, text, SECRET], yes),
        ([two, text, SECRET], yes),
        ([right, text + " ", SECRET], no),
        ([right | {"webhook-id": "ev_demo_2"}, text, SECRET], no),
        ([right, text, new_webhook_secret()], no),
        ([right | {"webhook-signature": ""}, text, SECRET], no),
        ([old, text, SECRET], late),
        ([right | {"webhook-timestamp": str(int(time.time()) + 900)}, text, SECRET], late),
        ([odd, text, SECRET], None),
    ]


def judge(verdicts, cases):
    assert len(verdicts) == len(cases)
    for verdict, (_, expected) in zip(verdicts, cases, strict=True):
        assert verdict == expected if expected is not None else verdict


def test_in_python(cases):
    room = {}
    exec(compile(snippet("python"), "events.md", "exec"), room)

    def verdict(headers, body, secret):
        try:
            room["verify"](headers, body.encode(), secret)
        except ValueError as error:
            return str(error)
        return ""

    judge([verdict(*one) for one, _ in cases], cases)


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node here")
def test_in_node(cases, tmp_path):
    (tmp_path / "snippet.mjs").write_text(snippet("js"))
    (tmp_path / "run.mjs").write_text(NODE)
    given = json.dumps([one for one, _ in cases])

    told = subprocess.run(
        ["node", "run.mjs"], cwd=tmp_path, input=given, capture_output=True, text=True, check=False
    )

    assert told.returncode == 0, told.stderr
    judge(json.loads(told.stdout), cases)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("go") is None, reason="there is no Go here")
def test_in_go(cases, tmp_path):
    (tmp_path / "go.mod").write_text("module hooks\n\ngo 1.21\n")
    (tmp_path / "hooks.go").write_text(snippet("go"))
    (tmp_path / "hooks_test.go").write_text(GO)
    (tmp_path / "cases.json").write_text(json.dumps([one for one, _ in cases]))

    told = subprocess.run(
        ["go", "test", "-v", "./..."], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert told.returncode == 0, told.stdout + told.stderr
    judge(json.loads(re.search(r"VERDICTS(.*)", told.stdout)[1]), cases)
