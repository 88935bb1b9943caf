# Gives the steps of workflows places to work in: as many as there are cores, at a low priority, and
# in turns between tenants. On AWS every step has processors of its own; here they are those that
# answer people.
import collections
import contextvars
import json
import os
import shutil
import threading

from ministack.core import lambda_runtime
from ministack.services import lambda_svc, stepfunctions

CALL = 30  # seconds that the API's gateway waits: no call waits for a function that may take longer
NICENESS = 10
HEAVY = 1024  # megabytes: on AWS a share of a processor comes with them
CORES = int(os.environ.get("CORES") or os.cpu_count() or 1)  # a container may use fewer than the machine has
# A run whose steps have begun shows signs of life, and is begun anew when they fail to come for minutes.
# So no more runs are begun while so many of those that have begun are waiting for their next place.
BEGUN = 2 * CORES
REMEMBERED = 1000  # tenants of whom is known who had his turn before whom


class Run:
    """One execution of a workflow."""

    def __init__(self, execution):
        self.execution, self.tenant = execution, tenant_of(execution)
        self.begun = False


class Place:
    """What a step waits for, holds, and gives back."""

    def __init__(self, run):
        self.run = run
        self.granted = threading.Event()
        self.over = False


class Places:
    def __init__(self, count, begun):
        self.free, self.begun = count, begun
        self.waiting = collections.defaultdict(list)  # by tenant, who came first is first
        self.served = {}  # tenants that were given one, the last is last
        self.lock = threading.Lock()

    def ask(self, run):
        place = Place(run)
        with self.lock:
            self.waiting[run.tenant].append(place)
            self.grant()
        return place

    def give_back(self, place):
        """Once, however often it is called."""
        with self.lock:
            if not place.over:
                place.over = True
                self.free += 1
                self.grant()

    def grant(self):
        while self.free and (place := self.choose()):
            tenant = place.run.tenant
            self.waiting[tenant].remove(place)
            if not self.waiting[tenant]:
                del self.waiting[tenant]
            self.served.pop(tenant, None)
            self.served[tenant] = True
            if len(self.served) > REMEMBERED:
                del self.served[next(iter(self.served))]
            place.run.begun = True
            self.free -= 1
            place.granted.set()

    def choose(self):
        """The tenant's who has waited for his turn for longest; of his, a run's that has begun."""
        begun = {id(p.run) for places in self.waiting.values() for p in places if p.run.begun}
        turns = [tenant for tenant in self.waiting if tenant not in self.served]
        for tenant in turns + [tenant for tenant in self.served if tenant in self.waiting]:
            places = self.waiting[tenant]
            for place in places:
                if place.run.begun:
                    return place
            if len(begun) < self.begun:
                return places[0]
        return None


def take_turns():
    """Steps wait for a place before their time begins, and hold it until their function has answered,
    also when their workflow waits for that no longer. Nothing waits while it holds one: what a function
    calls in its turn is called past this. Short steps of a run that has begun, as one that settles it,
    need none."""
    places = Places(CORES, BEGUN)
    running = contextvars.ContextVar("run", default=None)
    held = contextvars.ContextVar("place", default=None)
    execute, timed, invoke = stepfunctions._run_execution, stepfunctions._invoke_resource_with_timeout, stepfunctions._invoke_resource

    def execute_as_run(arn):
        execution = stepfunctions._executions.get(arn)
        mark = running.set(Run(execution))
        try:
            return execute(arn)
        finally:
            running.reset(mark)

    def timed_in_place(resource, given, timeout):
        run, function = running.get(), function_of(resource, given)
        if run is None or function is None or run.begun and not long(function):
            return timed(resource, given, timeout)
        place = places.ask(run)
        place.granted.wait()
        if run.execution.get("status") != "RUNNING":  # it was stopped meanwhile, or replaced by another
            places.give_back(place)
            raise stepfunctions._ExecutionError("States.Runtime", "the execution has ended")
        mark = held.set(place)
        try:
            return timed(resource, given, timeout)
        except RuntimeError:  # no thread could be started
            places.give_back(place)
            raise
        finally:
            held.reset(mark)

    def invoke_and_leave(resource, given):
        try:
            return invoke(resource, given)
        finally:
            if held.get() is not None:
                places.give_back(held.get())

    stepfunctions._run_execution = execute_as_run
    stepfunctions._invoke_resource_with_timeout = timed_in_place
    stepfunctions._invoke_resource = invoke_and_leave


def tenant_of(execution):
    try:
        return json.loads(execution["input"])["tenant_id"]
    except (KeyError, TypeError, ValueError):
        return None  # those without one share their turns


def function_of(resource, given):
    """The settings of the function that a task calls, if it calls one."""
    try:
        name = given["FunctionName"] if "lambda:invoke" in resource else resource
        return lambda_svc._get_func_record_for_ref(name)[1]
    except (KeyError, TypeError):
        return None


def long(function):
    return function.get("Timeout", 0) > CALL


def niceness(function):
    """Of what a function is given so much memory for, a second or more of a core is paid in the answer:
    whoever waits for less comes before it, and it before what nobody waits for."""
    if long(function):
        return NICENESS
    return NICENESS // 2 if function.get("MemorySize", 0) >= HEAVY else 0


def step_back():
    """Starts the processes of long and of heavy functions, and with them their encoders, at a low priority. Not the
    emulator's own threads that serve them: one that seldom gets a processor would hold up all others
    while it holds Python's lock."""
    nice = shutil.which("nice")
    if nice is None:
        return
    spawning, start = threading.local(), lambda_runtime.subprocess.Popen

    class Subprocess:
        def __getattr__(self, name):
            return getattr(plain, name)

        def Popen(self, command, *args, **kwargs):  # noqa: N802
            if nicer := getattr(spawning, "nicer", 0):
                command = [nice, "-n", str(nicer), *command]
            return start(command, *args, **kwargs)

    def in_background(spawn):
        def spawned(worker, *args, **kwargs):
            spawning.nicer = niceness(worker.config)
            try:
                return spawn(worker, *args, **kwargs)
            finally:
                spawning.nicer = 0

        return spawned

    plain, lambda_runtime.subprocess = lambda_runtime.subprocess, Subprocess()
    for kind in (lambda_runtime.Worker, lambda_runtime.ProvidedWorker):
        kind._spawn = in_background(kind.__dict__["_spawn"])


take_turns()
step_back()
