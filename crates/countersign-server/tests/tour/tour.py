"""Walks the whole Verify API of a running development server, as its user would: `python3 tour.py http://HOST:PORT`.

Every case stands for itself and makes its own verifications, so all run side by side: some have to wait for a cooldown
or for an expiry. What must hold for every single answer is looked at after them, over all that was on the wire.
"""

import sys

sys.dont_write_bytecode = True  # leaves nothing behind next to the sources

import time
import unittest
from concurrent.futures import ThreadPoolExecutor

import cases_after
import cases_answers
import cases_checks
import cases_lists
import cases_refusals
import cases_steps
import cases_tokens
import world

# More than there are cases that wait: none stands in line behind an expiry.
THREADS = 24


def cases(module):
    """The single test methods of a module."""
    found = []
    for group in unittest.defaultTestLoader.loadTestsFromModule(module):
        found.extend(group)
    return found


def run(case):
    """Runs one test method with a result of its own: those of unittest are not made for threads."""
    result = unittest.TestResult()
    before = time.monotonic()
    case.run(result)
    return case, result, time.monotonic() - before


def report(case, result, seconds):
    """Prints how a case ended and says whether it did well."""
    print(f"{'ok  ' if result.wasSuccessful() else 'FAIL'} {seconds:5.1f} s  {case.id()}", flush=True)
    for part, trace in [*result.failures, *result.errors]:
        print(f"\n     {part}\n{trace}", flush=True)
    return result.wasSuccessful() and result.testsRun == 1 and not result.skipped


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: python3 tour.py http://127.0.0.1:PORT")
    began = time.monotonic()
    world.arrive(sys.argv[1])
    # The longest one first.
    walked = [cases_checks, cases_steps, cases_lists, cases_tokens, cases_answers, cases_refusals]
    side_by_side = [case for module in walked for case in cases(module)]
    with ThreadPoolExecutor(THREADS) as pool:
        done = [report(*outcome) for outcome in pool.map(run, side_by_side)]
    done += [report(*run(case)) for case in cases(cases_after)]
    failed = done.count(False)
    print(f"{len(done)} cases, {failed} failed, {len(world.wire)} answers, {time.monotonic() - began:.1f} s")
    sys.exit(1 if failed or not done else 0)


if __name__ == "__main__":
    main()
