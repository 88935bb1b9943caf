# What outlasts the emulator's process beyond what its releases keep: the locks of objects, the events
# that are on their way to functions, the messages that a consumer holds.
# ruff: noqa: F821
import datetime
import itertools
import json
import os
import threading
import time

from ministack.services import eventbridge, lambda_svc, s3, sqs

LOCKS = {"retention": s3._object_retention, "legal_hold": s3._object_legal_hold}
UNDELIVERED = os.path.join(STATE_DIR, "undelivered.json")

undelivered = {}  # events that functions work on, as function and payload
numbers = itertools.count()


def note_files():
    """Every change of a file of S3 goes through these four."""
    if journal is None:
        return
    write, remove, remove_version, remove_bucket = s3._atomic_write, s3._remove_key_files, s3._delete_version_file, s3._delete_persisted_bucket

    def noted_write(path, data, **options):
        journal.note(path)
        write(path, data, **options)

    def noted_remove(path):
        for each in (path, path and path + ".meta.json"):
            if each and os.path.isfile(each):
                journal.note(each)
        remove(path)

    def noted_remove_version(bucket, key, version):
        path = s3._version_disk_path(bucket, key, version)
        if path is not None and os.path.exists(path):
            journal.note(path)
        remove_version(bucket, key, version)

    def noted_remove_bucket(name):
        for folder, _, names in os.walk(os.path.join(s3.DATA_DIR, s3.get_account_id(), name)) if name else ():
            for each in names:
                journal.note(os.path.join(folder, each))
        remove_bucket(name)

    s3._atomic_write, s3._remove_key_files = noted_write, noted_remove
    s3._delete_version_file, s3._delete_persisted_bucket = noted_remove_version, noted_remove_bucket


def keep_locks():
    """An object's locks go to the disk with its tags, and come back."""
    history, load = s3._key_history_meta, s3.load_persisted_state

    def with_locks(bucket, key):
        meta = history(bucket, key)
        versions = {None} | {v["version_id"] for v in s3._object_versions.get((bucket, key)) or []}
        for field, store in LOCKS.items():
            held = {version or "null": store.get((bucket, key, version)) for version in versions}
            meta.update({field: {v: lock for v, lock in held.items() if lock}} if any(held.values()) else {})
        return meta

    def persisting(put):
        def put_and_persist(bucket, key, *rest):
            answer = put(bucket, key, *rest)
            if answer[0] == 200:
                s3._persist_version_state(bucket, key, s3._buckets[bucket])
            return answer

        return put_and_persist

    def load_and_lock(data):
        load(data)
        for account, bucket in list(s3._bucket_object_lock._data):
            lock_again(account, bucket)

    s3._key_history_meta, s3.load_persisted_state = with_locks, load_and_lock
    s3._put_object_retention = persisting(s3._put_object_retention)
    s3._put_object_legal_hold = persisting(s3._put_object_legal_hold)


def lock_again(account, bucket):
    """Locks what lies in a bucket as it was locked. What was written before locks were kept is locked
    for the bucket's own time from when it was written."""
    folder = os.path.join(s3.DATA_DIR, account, bucket)
    if not s3.S3_PERSIST or not os.path.isdir(folder):
        return
    rule = (s3._bucket_object_lock._data.get((account, bucket)) or {}).get("default_retention")
    for path, key in s3._persisted_key_files(folder, sidecars=True):
        try:
            with open(path) as file:
                meta = json.load(file)
        except ValueError:
            continue
        key = meta.get("key") or key
        for field, store in LOCKS.items():
            for version, lock in meta.get(field, {}).items():
                store._data[(account, (bucket, key, None if version == "null" else version))] = lock
        for version in meta.get("versions") or [meta]:
            at = (account, (bucket, key, version.get("version_id")))
            if rule and version.get("last_modified") and not version.get("is_delete_marker") and at not in s3._object_retention._data:
                s3._object_retention._data[at] = since(version["last_modified"], rule)


def since(moment, rule):
    until = datetime.datetime.fromisoformat(moment.replace("Z", "+00:00"))
    until += datetime.timedelta(days=rule.get("Days", 0) + 366 * rule.get("Years", 0))
    return {"Mode": rule["Mode"], "RetainUntilDate": until.strftime("%Y-%m-%dT%H:%M:%S.000Z")}


def keep_events():
    """An event that a function had not dealt with when the process ended is delivered again, as
    EventBridge would: at least once."""
    eventbridge._dispatch_to_lambda = deliver
    if journal is None:
        return
    try:
        with open(UNDELIVERED) as file:
            waiting = json.load(file)["payload"]
    except FileNotFoundError:
        return
    if waiting:
        threading.Thread(target=deliver_again, args=(waiting,), daemon=True).start()


def deliver(function, payload):
    held, config, _ = lambda_svc._get_func_record_for_ref(function)
    if not held or not config:
        return
    number = next(numbers)
    undelivered[number] = (function, payload)

    def work():
        try:
            lambda_svc._execute_function_with_config_scope(lambda_svc._execution_record_for_config(held, config), json.loads(payload))
        finally:
            del undelivered[number]

    threading.Thread(target=work, daemon=True).start()


def deliver_again(waiting):
    while not answers():
        time.sleep(0.1)
    for function, payload in waiting:
        deliver(function, payload)


def give_messages_back():
    """Whoever held a message ended with the process: others need not wait until its time is over."""
    load = sqs.load_persisted_state

    def load_and_give(data):
        for queue in all_values((data or {}).get("queues", {})):
            for message in queue.get("messages", []):
                if message.get("receipt_handle"):
                    message["visible_at"] = min(message["visible_at"], time.time())
        load(data)

    sqs.load_persisted_state = load_and_give
