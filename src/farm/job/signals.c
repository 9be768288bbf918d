// SPDX-License-Identifier: BSD-3-Clause
#include "farm/job/signals.h"
#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t caught, count;

static void note(int number)
{
    if (!caught)
        caught = number;
    if (++count > 2) {
        signal(number, SIG_DFL);
        raise(number);
    }
}

static const struct {
    int signal;
    const char *name;
} signals[] = {{SIGINT, "SIGINT"}, {SIGTERM, "SIGTERM"}, {SIGUSR1, "SIGUSR1"}};

void dp_signals_catch(void)
{
    struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaction(signals[i].signal, &action, NULL);
}

int dp_signals_caught(void)
{
    return caught;
}

int dp_signals_count(void)
{
    return count;
}

const char *dp_signals_name(int signal)
{
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (signals[i].signal == signal)
            return signals[i].name;
    return "a signal";
}
