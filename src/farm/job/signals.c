// SPDX-License-Identifier: BSD-3-Clause
#include "farm/job/signals.h"
#include "dewpoint/core/status.h"
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

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

// nohup ignores SIGHUP on purpose; shells ignore SIGINT in whatever they start with &, where it is caught.
static const struct {
    int signal;
    const char *name;
    bool may_be_ignored;
} signals[] = {
    {SIGINT, "SIGINT", false},
    {SIGTERM, "SIGTERM", false},
    {SIGHUP, "SIGHUP", true},
    {SIGUSR1, "SIGUSR1", false},
};
enum { SIGNALS = sizeof signals / sizeof *signals };

static bool is_ignored(int number)
{
    struct sigaction now;
    return sigaction(number, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

static void handle_with(void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < SIGNALS; i++)
        if (!signals[i].may_be_ignored || !is_ignored(signals[i].signal))
            sigaction(signals[i].signal, &action, NULL);
}

static void say(const char *text)
{
    (void)!write(STDERR_FILENO, text, strlen(text));
}

static void leave(int number)
{
    (void)number;
    _exit(DP_EXIT_INCOMPLETE);
}

static void leave_with_words(int number)
{
    say("dewpoint: stopped by ");
    say(dp_signals_name(number));
    say(" before the first run; the same command begins again\n");
    _exit(DP_EXIT_INCOMPLETE);
}

void dp_signals_leave(bool speaks)
{
    handle_with(speaks ? leave_with_words : leave);
}

void dp_signals_block(bool block)
{
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < SIGNALS; i++)
        sigaddset(&set, signals[i].signal);
    pthread_sigmask(block ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

void dp_signals_catch(void)
{
    handle_with(note);
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
    for (int i = 0; i < SIGNALS; i++)
        if (signals[i].signal == signal)
            return signals[i].name;
    return "a signal";
}
