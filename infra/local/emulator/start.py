# Runs the emulator with what this product needs of it beyond its releases.
import os
import queue
import signal
import socket
import socketserver
import threading
import time

from ministack.core import lambda_runtime
from ministack.services import cloudformation, lambda_svc, s3, stepfunctions
from ministack.services.cloudformation import provisioners


def keep_attributes():
    """An update of a nested stack forgets the attributes of every resource that
    did not change, so that a GetAtt of one of them fails. The root's update
    hands them on; here they are looked up."""
    update = provisioners._update_resource

    def with_attributes(kind, physical_id, old, new, stack, logical_id=None, attributes=None):
        if attributes is None:
            known = cloudformation._stacks.get(stack, {}).get("_resources", {})
            attributes = known.get(logical_id, {}).get("Attributes")
        return update(kind, physical_id, old, new, stack, logical_id, attributes)

    provisioners._update_resource = with_attributes


def keep_names():
    """A bucket without a name is given a random one, and inside a nested stack
    every resource that is made after it as well, without a note of it: the next
    update would find other names, and make empty tables beside the full ones."""
    provision = provisioners._provision_resource

    def with_own_name(*args, **kwargs):
        before = provisioners._NAME_SEED.set("")
        try:
            return provision(*args, **kwargs)
        finally:
            provisioners._NAME_SEED.reset(before)

    provisioners._provision_resource = with_own_name


def lock_buckets():
    """The emulator keeps locked buckets, but makes none from a template: there a
    lock is left out without a word."""
    handlers = provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"]

    def locking(provision):
        def with_lock(*args, **kwargs):
            name, attributes = provision(*args, **kwargs)
            # create(logical id, properties, stack); update(name, old, new, stack)
            lock(name, args[1] if len(args) == 3 else args[2])
            return name, attributes

        return with_lock

    def lock(name, properties):
        if str(properties.get("ObjectLockEnabled")).lower() != "true":
            return
        retention = properties.get("ObjectLockConfiguration", {}).get("Rule", {}).get("DefaultRetention")
        if retention:
            retention = {k: v if k == "Mode" else int(v) for k, v in retention.items()}
        s3._bucket_versioning[name] = "Enabled"
        s3._bucket_object_lock[name] = {"enabled": True, "default_retention": retention}
        lock_again(s3.get_account_id(), name)  # a start that was cut off may have left files

    for doing in ("create", "update"):
        handlers[doing] = locking(handlers[doing])


def make_updatable():
    """A deployment that failed or was cut off midway must not cost the data: its
    stack is taken as rolled back, so that the next update goes on from what
    there is."""
    load = cloudformation.load_persisted_state

    def load_and_mend(data):
        load(data)
        for stack in cloudformation._stacks._data.values():
            status = stack.get("StackStatus", "")
            if status.startswith("UPDATE_") and status != "UPDATE_COMPLETE":
                stack["StackStatus"] = "UPDATE_ROLLBACK_COMPLETE"

    cloudformation.load_persisted_state = load_and_mend


def read_streams_from_their_start():
    """The places up to which functions have read tables' streams are saved, the
    streams are not: after a restart a function would wait until as many new
    records have come as it had read before. What it had not read is lost with
    the stream; for the ledger, reconciling makes that good."""
    load = lambda_svc.load_persisted_state

    def load_and_forget(data):
        if data:
            data.pop("dynamodb_stream_positions", None)
        load(data)

    lambda_svc.load_persisted_state = load_and_forget


def tell_of_cut_off_executions():
    """Executions that were running when the last process ended are marked as
    failed when its state is read. Step Functions would send an event for each;
    it is what settles a render."""
    load = stepfunctions.load_persisted_state

    def load_and_tell(data):
        executions = (data or {}).get("executions", {})
        arns = [e["executionArn"] for e in all_values(executions) if e.get("status") == "RUNNING"]
        load(data)
        if arns:
            threading.Thread(target=tell, args=(arns,), daemon=True).start()

    def tell(arns):
        while not answers():
            time.sleep(0.1)
        for execution in stepfunctions._executions.all_values():
            if execution.get("executionArn") in arns:
                stepfunctions._emit_execution_status_event(execution)

    stepfunctions.load_persisted_state = load_and_tell


def let_idle_functions_rest():
    """Two threads look ten times a second whether there is something to do for an idle function's process.
    After a rush of callers there are hundreds of these, and their threads take a third of the processor
    that answers. What is put into a queue or comes to a socket wakes its thread at once all the same; only
    the end of a process is noticed later."""
    seldom, serve = 2.0, socketserver.BaseServer.serve_forever

    class Seldom(queue.Queue):
        def get(self, block=True, timeout=None):
            awaits_a_call = self.maxsize == 1 and timeout is not None  # others hold lines of a log
            return super().get(block, max(timeout, seldom) if awaits_a_call else timeout)

    class Queues:
        Queue, Empty, Full = Seldom, queue.Empty, queue.Full

    lambda_runtime.queue = Queues
    socketserver.BaseServer.serve_forever = lambda server, poll_interval=0.5: serve(server, max(poll_interval, seldom / 2))


def all_values(stored):
    return stored.all_values() if hasattr(stored, "all_values") else stored.values()


def answers():
    try:
        socket.create_connection(("127.0.0.1", int(os.environ["GATEWAY_PORT"])), 1).close()
        return True
    except OSError:
        return False


def end_with(parent):
    """Saves and ends when the runner is gone. Linux tells us by a signal too;
    other systems do not."""

    def watch():
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


keep_attributes()
keep_names()
lock_buckets()
make_updatable()
read_streams_from_their_start()
note_files()
keep_locks()
keep_events()
give_messages_back()
tell_of_cut_off_executions()
let_idle_functions_rest()
end_with(os.getppid())

from ministack import app  # noqa: E402  (it reads its settings when it is imported)

save_meanwhile(app)
app.main()
