// SPDX-License-Identifier: Apache-2.0
// Holds namespaces and reaps orphans: the lab's init, and what Kubernetes calls the pause image.
#include <signal.h>
#include <unistd.h>

int main(void) {
  signal(SIGCHLD, SIG_IGN); // the kernel reaps
  for (;;) {
    pause();
  }
}
