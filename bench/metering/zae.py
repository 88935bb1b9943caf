# Drives zae-limiter for bench/metering: each line of standard input is a cell,
# each line of standard output its tally. It ends when its input does.
import asyncio
import json
import sys
import time

from zae_limiter import Limit, RateLimiter, RateLimiterUnavailable, RateLimitExceeded, Repository


async def open_limiter(endpoint):
    # Its own table, as it makes it outside of AWS: without the stack's functions,
    # which add usage up later and take no part in a decision.
    bare = Repository(name="zae-limiter", region="us-east-1", endpoint_url=endpoint, _skip_deprecation_warning=True)
    await bare.create_table()
    await bare.close()
    builder = Repository.builder().stack("zae-limiter").region("us-east-1").endpoint_url(endpoint)
    return RateLimiter(repository=await builder.auto_update(False).build())


async def measure(limiter, cell):
    # An allowance that comes back on the first of the month, as the product's.
    await limiter.set_resource_defaults(cell["name"], [Limit.quota("images", cell["limit"], cron="0 0 1 * *")])
    admitted, other = [0] * len(cell["tenants"]), {"refused": 0, "gave_up": 0}
    began, asked = time.monotonic(), 0

    def over():
        return asked >= cell["asks"] if cell["asks"] else time.monotonic() - began > cell["time"] / 1e9

    async def caller():
        nonlocal asked
        while not over():
            who = cell["order"][asked % len(cell["order"])]
            asked += 1
            try:
                async with limiter.acquire(cell["tenants"][who], cell["name"], {"images": 1}):
                    admitted[who] += 1
            except RateLimitExceeded:
                other["refused"] += 1
            except RateLimiterUnavailable:
                other["gave_up"] += 1

    await asyncio.gather(*(caller() for _ in range(cell["callers"])))
    return {"admitted": admitted, "seconds": time.monotonic() - began, **other}


async def main():
    limiter = None
    while line := await asyncio.to_thread(sys.stdin.readline):
        try:
            limiter = limiter or await open_limiter(sys.argv[1])
            answer = await measure(limiter, json.loads(line))
        except Exception as failure:
            answer = {"error": repr(failure)}
        print(json.dumps(answer), flush=True)
    if limiter:
        await limiter.close()


asyncio.run(main())
