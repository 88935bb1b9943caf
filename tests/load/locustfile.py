"""People who use the product, for Locust:

    locust -f tests/load/locustfile.py -u 100 -r 20 --run-time 10m --host http://localhost:8000

Each signs in by the link of a mail in the local mailbox, browses templates, checks usage, looks after jobs
as their answers ask, and makes a project of one short scene every five minutes: of 100 people, 20 a minute.
Every fifth renders his. `make load` runs this and looks at what it leaves behind; docs/load.md has the rest.

What else it reads: LOAD_EVERY, seconds between a person's projects; LOAD_ABUSER_AT, the second at which
somebody begins to take all he can; LOAD_RECORD, a file for every call and, at the end, every job.
"""

import itertools
import json
import os
import platform
import random
import re
import time

import gevent
from gevent.lock import Semaphore
from locust import HttpUser, between, constant_throughput, events, task
from locust.exception import StopUser
from requests.adapters import HTTPAdapter

EVERY = float(os.environ.get("LOAD_EVERY", "300"))
ABUSER_AT = os.environ.get("LOAD_ABUSER_AT", "")
RENDERS = 5  # every which person does
LINK = re.compile(r"#token=(\S+)")
PLEASANT = {"captions": True, "voice": "default", "resolution": "720p", "aspect": "1:1"}
RUN = f"{os.getpid()}-{int(time.time())}"

began = time.time()
number = itertools.count()
record = open(os.environ["LOAD_RECORD"], "w") if os.environ.get("LOAD_RECORD") else None


def note(**what):
    if record:
        record.write(json.dumps({"at": round(time.time() - began, 3), **what}) + "\n")


@events.request.add_listener
def on_request(request_type, name, response_time, context, response=None, exception=None, **_):
    status = response.status_code if response is not None else 0
    note(who=context.get("who", ""), number=context.get("number", 0), route=f"{request_type} {name}", ms=round(response_time, 1), status=status,
         failed=str(exception)[:200] if exception else "")


@events.quitting.add_listener
def on_quitting(**_):
    if record:
        record.close()


def fine(answer):
    """What was asked for is there. Locust's own ok says yes to a refusal that is no failure, and raises at a failure."""
    return 200 <= answer.status_code < 300


class FromAddress(HTTPAdapter):
    """People have addresses of their own, as far as a machine can give them any: all of 127.0.0.0/8 on Linux."""

    def __init__(self, address):
        self.address = address
        super().__init__()

    def init_poolmanager(self, *args, **kwargs):
        super().init_poolmanager(*args, source_address=(self.address, 0), **kwargs)


class Someone(HttpUser):
    abstract = True
    who = ""

    def on_start(self):
        self.number = next(number)
        if platform.system() == "Linux" and re.match(r"http://(localhost|127\.0\.0\.1)\b", self.host):
            self.host = self.client.base_url = self.host.replace("localhost", "127.0.0.1")
            self.client.mount("http://", FromAddress(f"127.1.{self.number // 250}.{self.number % 250 + 1}"))
        self.sign_in(f"load-{RUN}-{self.number}@example.com")

    def me(self):
        return {"who": self.who, "number": self.number}

    def call(self, method, path, name=None, accept=(), **kwargs):
        """One call. A call whose token has ended is made once more with the next; one that came too early
        waits as long as it is told to, which is no failure until the last try."""
        kwargs.setdefault("timeout", 60)
        for left in reversed(range(20)):
            with self.client.request(method, path, name=name or path, catch_response=True, context=self.me(), **kwargs) as answer:
                status = answer.status_code
                if (status in (401, 429) and left) or status in accept or 200 <= status < 300:
                    answer.success()
                elif status:
                    answer.failure(f"{status} {answer.text[:160]}")
            if status == 429 and 429 not in accept:
                gevent.sleep(float(answer.headers.get("Retry-After", "1")))
            elif status == 401 and self.refresh():
                continue
            else:
                return answer
        return answer

    def refresh(self):
        answer = self.client.post("/api/auth/refresh", headers={"X-Requested-With": "load"}, context=self.me(), timeout=60)
        if answer.status_code != 200:
            return False
        self.client.headers["Authorization"] = "Bearer " + answer.json()["access_token"]
        return True

    def sign_in(self, address):
        """Whoever does not get in is noted, whatever the reason: nobody may be missing without a word."""
        try:
            token = self.mailed_token(address)
            answer = self.call("POST", "/api/auth/magic-link/verify", json={"token": token}) if token else None
            if answer is not None and fine(answer):
                self.client.headers["Authorization"] = "Bearer " + answer.json()["access_token"]
                return
        except (AttributeError, KeyError, ValueError) as unreadable:  # an answer or a mail of another form
            address = f"{address}: {unreadable}"
        note(who=self.who, number=self.number, lost=address)
        raise StopUser

    def mailed_token(self, address):
        """The link's, of the mail that is asked for; None when it cannot be, or no mail comes."""
        if not fine(self.call("POST", "/api/auth/magic-link/request", json={"email": address})):
            return None
        for _ in range(120):
            gevent.sleep(1)
            box = self.client.get("/mailbox.json", params={"to": address}, name="(mailbox)", context={"who": "mailbox"}, timeout=60)
            mails = box.json().get("messages", []) if fine(box) else []
            if mails:
                return LINK.search(mails[0]["text"]).group(1)
        return None

    def project(self):
        words = f"The Lord is my shepherd, I shall not want. {self.number}"
        answer = self.call("POST", "/api/v1/projects", json={
            "title": f"Still waters {self.number}", "scenes": [{"text": words, "image_prompt": "a quiet lake at dawn"}], **PLEASANT,
        }, accept=self.accept)
        return answer.json()["id"] if fine(answer) else None

    def render(self, project):
        return self.call("POST", f"/api/v1/projects/{project}/render", name="/api/v1/projects/{id}/render", accept=self.accept)

    accept = ()


class Person(Someone):
    """Somebody who uses the product as it is meant."""

    wait_time = between(1, 5)
    who = "person"

    def on_start(self):
        super().on_start()
        self.renders = self.number % RENDERS == 0
        self.who = "renders" if self.renders else "person"
        self.due = time.time() + random.uniform(0, EVERY)
        self.job, self.ask_at, self.asked = None, 0, 0
        if self.renders:
            self.make()

    @task(2)
    def templates(self):
        found = self.call("GET", "/api/v1/templates")
        names = [t["id"] for t in found.json().get("templates", found.json().get("items", []))] if fine(found) else []
        if names:
            self.call("GET", f"/api/v1/templates/{random.choice(names)}", name="/api/v1/templates/{id}")

    @task(2)
    def usage(self):
        self.call("GET", "/api/usage")

    @task(1)
    def projects(self):
        self.call("GET", "/api/v1/projects")

    @task(1)
    def jobs(self):
        self.call("GET", "/api/v1/jobs")

    @task(6)
    def look_after(self):
        if self.job:
            self.poll()
        elif time.time() >= self.due:
            self.make()
        else:
            self.call("GET", "/api/v1/jobs")

    def make(self):
        self.due = time.time() + EVERY
        project = self.project()
        if project and self.renders:
            answer = self.render(project)
            if fine(answer):
                self.job, self.asked, self.began = answer.json()["job_id"], 0, time.time()
                self.told(answer)

    def told(self, answer):
        """When the job may be asked for again: after what the answer says, or as its page does, ever more seldom."""
        self.asked += 1
        self.ask_at = time.time() + float(answer.headers.get("Retry-After", min(12, 1.4 ** self.asked)))

    def poll(self):
        if time.time() < self.ask_at:
            gevent.sleep(self.ask_at - time.time())
        answer = self.call("GET", f"/api/v1/jobs/{self.job}", name="/api/v1/jobs/{id}")
        self.told(answer)
        if fine(answer) and answer.json()["status"] in ("succeeded", "failed", "canceled"):
            note(who=self.who, job=self.job, ended=answer.json()["status"], seconds=round(time.time() - self.began, 1),
                 error=json.dumps(answer.json().get("error")))
            self.job = None

    def on_stop(self):
        """Nobody leaves before his video is there. Locust kills whom --stop-timeout finds here."""
        if getattr(self, "job", None):
            note(who=self.who, job=self.job, waited_for=True)
            while self.job:
                self.poll()


if ABUSER_AT:

    class Abuser(Someone):
        """One account that does what costs most, on eight connections at once, and never waits as it is told:
        fifty calls a second, five times what one may make."""

        HANDS = 8
        fixed_count = HANDS
        wait_time = constant_throughput(50 / HANDS)
        who = "abuser"
        accept = (402, 403, 408, 409, 422, 429, 503)
        token, signing = None, Semaphore()

        def on_start(self):
            while time.time() - began < float(ABUSER_AT):
                gevent.sleep(0.5)
            with Abuser.signing:
                if Abuser.token is None:
                    super().on_start()
                    Abuser.token = self.client.headers["Authorization"]
            self.client.headers["Authorization"] = Abuser.token
            self.number, self.mine = next(number), []

        @task(3)
        def renders(self):
            project = self.project()
            if project:
                self.mine = [*self.mine[-4:], project]
            if self.mine:
                answer = self.render(random.choice(self.mine))
                if fine(answer):
                    note(who=self.who, job=answer.json()["job_id"], admitted=True)

        @task(1)
        def pictures(self):
            self.call("POST", "/api/v1/images", json={"prompt": f"a mountain {random.random()}", "aspect": "1:1"}, accept=self.accept)

        @task(2)
        def looks(self):
            self.call("GET", "/api/v1/jobs", accept=self.accept)
