import subprocess
import sys

PARENT = """
import anyio
import multiprocessing
from workup.serve.parent import end_with_parent
child = multiprocessing.get_context("spawn").Process(target=anyio.run, args=(end_with_parent,))
child.start()
print("starts", flush=True)
child.join()
"""


def test_one_of_several_processes_ends_with_the_one_that_started_them():
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    assert parent.stdout.readline() == "starts\n"
    parent.kill()
    assert parent.communicate(timeout=600)[0] == "", "the child has the same output, which ends with it"
