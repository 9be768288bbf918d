// SPDX-License-Identifier: BSD-3-Clause
#include "farm/dispatch/progress.h"
#include "farm/dispatch/spent.h"
#include "farm/job/stop.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const double terminal_pause = .2, log_pause = 10, json_pause = 5; // s
static const double least_summed_up = 1;                                 // s of makespan
static const double least_left = 1;                                      // s

enum { DURATION = 32, STOPS = 512 };

/* "8.3 s", "12 min 5 s", "3 h 20 min", "2 d 4 h" */
static const char *duration(double seconds, char text[static DURATION])
{
    const long long s = seconds < 1e15 ? (long long)(seconds + .5) : 0;
    if (seconds < 99.95)
        snprintf(text, DURATION, "%.1f s", seconds);
    else if (s < 3600)
        snprintf(text, DURATION, "%lld min %lld s", s / 60, s % 60);
    else if (s < 86400)
        snprintf(text, DURATION, "%lld h %lld min", s / 3600, s / 60 % 60);
    else
        snprintf(text, DURATION, "%lld d %lld h", s / 86400, s / 3600 % 24);
    return text;
}

static void print(struct dp_progress *p, const struct dp_job *job, const struct dp_in_training *oldest,
                  double now)
{
    const int64_t done = dp_scheduler_rows_done(job->scheduler), rows = dp_scheduler_rows(job->scheduler);
    const double elapsed = now - p->began, rate = elapsed > 0 ? (double)(done - p->before) / elapsed : 0;
    bool known;
    const double expected = dp_progress_left(job, done > p->before, oldest, &known);
    char left[DURATION] = "", spent[DURATION];
    if (known && expected >= least_left) // the model alone knows nothing of a run that takes longer
        duration(expected, left);
    fprintf(stderr, "%s%lld of %lld runs (%.0f%%)", p->terminal ? "\r" : "dewpoint: ", (long long)done,
            (long long)rows, dp_percent_done(done, rows, 1));
    if (rate > 0)
        fprintf(stderr, ", %.3g runs/s", rate);
    if (done == rows)
        fprintf(stderr, ", took %s", duration(elapsed, spent));
    else if (isnan(expected))
        fprintf(stderr, ", waiting for %lld run%s", (long long)(rows - done), rows - done == 1 ? "" : "s");
    else if (left[0])
        fprintf(stderr, ", %s left", left);
    if (oldest && oldest->seconds >= DP_LONG_RUN)
        fprintf(stderr, "; run %lld: %s, step %.0f, loss %.3g", (long long)oldest->row,
                duration(oldest->seconds, spent), oldest->steps, oldest->loss);
    fputs(p->terminal ? "\033[K" : "\n", stderr);
    fflush(stderr);
    p->last = now;
}

static void print_lines(const char *prefix, const char *text)
{
    while (text && *text) {
        const int length = (int)strcspn(text, "\n");
        fprintf(stderr, "%s%.*s\n", prefix, length, text);
        text += length + (text[length] == '\n');
    }
}

void dp_progress_begin(struct dp_progress *p, const struct dp_job *job)
{
    const double now = dp_job_clock();
    *p = (struct dp_progress){
        .quiet = job->options->quiet,
        .terminal = isatty(STDERR_FILENO),
        .began = now,
        .last = now,
        .before = job->rows_done,
    };
    if (!p->quiet)
        print_lines("dewpoint: ", job->inputs.read);
    print_lines("warning: ", job->inputs.warned);
    if (!p->quiet && job->rows_done > 0)
        fprintf(stderr, "dewpoint: resuming %s: %lld of %lld runs are there\n", job->path,
                (long long)job->rows_done, (long long)job->sweep.runs);
}

void dp_progress_update(struct dp_progress *p, const struct dp_job *job, const struct dp_in_training *oldest)
{
    if (job->options->as_json && dp_job_clock() - p->last >= json_pause) {
        p->last = dp_job_clock();
        dp_progress_json(p, job, oldest, p->last);
    }
    if (p->quiet)
        return;
    const double now = dp_job_clock();
    if (now - p->last >= (p->terminal ? terminal_pause : log_pause))
        print(p, job, oldest, now);
}

void dp_progress_end(struct dp_progress *p, const struct dp_job *job)
{
    if (job->options->as_json)
        dp_progress_json(p, job, NULL, dp_job_clock());
    if (p->quiet)
        return;
    print(p, job, NULL, dp_job_clock());
    if (p->terminal)
        fputc('\n', stderr);
}

static void print_summary(const struct dp_job *job)
{
    const struct dp_spent *s = &job->spent;
    const struct dp_shares shares = dp_spent_shares(job);
    if (job->options->quiet || s->makespan < least_summed_up)
        return;
    fprintf(stderr,
            "dewpoint: makespan %.3g s of at least %.3g s, Q %.3f: training %.1f%%, storing %.1f%%, dispatch "
            "%.1f%%, tail %.1f%%; start %.2g s\n",
            s->makespan, shares.bound, shares.quality, shares.training, shares.storing, shares.dispatch,
            shares.tail, s->start);
}

void dp_progress_result(const struct dp_job *job, int stopped)
{
    if (job->options->as_json) {
        dp_progress_result_json(job, stopped);
        return;
    }
    print_summary(job);
    char took[DURATION], why[64], stops[STOPS], unsure[DP_UNSURE_TEXT];
    const int64_t *n = job->tally;
    const int64_t finished = n[DP_DONE] + n[DP_DIVERGED] + n[DP_STEP_LIMIT];
    const int64_t left = job->sweep.runs - finished - n[DP_RUN_FAILED];
    if (stopped)
        fprintf(stderr, "dewpoint: %s after %lld of %lld runs; the same command resumes the sweep\n",
                dp_stop_text(stopped, why), (long long)finished, (long long)job->sweep.runs);
    else if (left > 0)
        fprintf(stderr,
                "dewpoint: no time for the next run after %lld of %lld; the same command resumes the sweep\n",
                (long long)finished, (long long)job->sweep.runs);
    if (job->rows_done == job->sweep.runs)
        printf("%s: already complete, nothing to do: ", job->path);
    printf("%lld run%s: %lld done, %lld diverged, %lld at the step limit, %lld failed",
           (long long)job->sweep.runs, job->sweep.runs == 1 ? "" : "s", (long long)n[DP_DONE],
           (long long)n[DP_DIVERGED], (long long)n[DP_STEP_LIMIT], (long long)n[DP_RUN_FAILED]);
    if (left > 0)
        printf(", %lld to do", (long long)left);
    if (dp_stops_text(job->stops, stops, sizeof stops)[0])
        printf("; ended by %s", stops);
    if (job->rows_done < job->sweep.runs)
        printf("; %s on %d rank%s; store %s", duration(dp_job_clock() - job->began, took), job->ranks,
               job->ranks == 1 ? "" : "s", job->path);
    printf("\n");
    if (job->stepless > 0)
        printf("%lld run%s took no step (RD 0), because the first loss already meets stop_loss\n",
               (long long)job->stepless, job->stepless == 1 ? "" : "s");
    if (job->unsure > 0)
        printf("%s\n", dp_unsure_text(job->unsure, unsure));
    fflush(stdout);
}
