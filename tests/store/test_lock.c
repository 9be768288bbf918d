// SPDX-License-Identifier: BSD-3-Clause
#include "check.h"
#include "dewpoint/store/store.h"
#include "store/directory.h"
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char name[160];

static int set_up_alone(void **state)
{
    if (set_up(state) != 0)
        return -1;
    snprintf(name, sizeof name, "%s.lock", path);
    unsetenv("SLURM_JOB_ID");
    unsetenv("SLURM_CLUSTER_NAME");
    unsetenv("SLURM_RESTART_COUNT");
    return 0;
}

/* A process that holds the lock until it is killed; the reading end says when it has it. */
static pid_t holder(void)
{
    int ready[2];
    char byte = 0;
    assert_int_equal(pipe(ready), 0);
    const pid_t child = fork();
    if (child == 0) {
        struct dp_lock *lock;
        byte = dp_store_lock(path, &lock, NULL) == DP_OK;
        (void)!write(ready[1], &byte, 1);
        for (;;)
            pause();
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(byte, 1);
    close(ready[0]);
    close(ready[1]);
    return child;
}

static void end(pid_t child)
{
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

/* Replaces the rest of a line of the lock, after its key. */
static void change(const char *key, const char *value)
{
    char command[600];
    snprintf(command, sizeof command, "sed -i 's/^%s .*/%s %s/' %s", key, key, value, name);
    assert_int_equal(system(command), 0);
}

/* Moves the last heartbeat into the past. */
static void silence(int seconds)
{
    struct timespec times[2];
    clock_gettime(CLOCK_REALTIME, &times[0]);
    times[0].tv_sec -= seconds;
    times[1] = times[0];
    assert_int_equal(utimensat(AT_FDCWD, name, times, 0), 0);
}

static void lock_is_taken_over(const char *word)
{
    struct dp_error error = {0};
    struct dp_lock *lock;
    const enum dp_status status = dp_store_lock(path, &lock, &error);
    if (status != DP_OK)
        print_error("%s", error.text);
    assert_int_equal(status, DP_OK);
    assert_non_null(strstr(dp_lock_note(lock), word));
    dp_store_unlock(lock);
    assert_true(left_nothing_behind());
}

static void lock_is_refused(const char *word)
{
    struct dp_error error = {0};
    struct dp_lock *lock;
    assert_int_equal(dp_store_lock(path, &lock, &error), DP_BUSY);
    assert_null(lock);
    assert_int_equal(error.count, 1);
    if (!strstr(error.text, word))
        print_error("%s", error.text);
    assert_non_null(strstr(error.text, word));
}

static void a_second_writer_is_kept_out_until_the_first_is_gone(void **state)
{
    (void)state;
    const pid_t child = holder();
    char number[64], remove[200];
    snprintf(number, sizeof number, "process %ld on", (long)child);
    snprintf(remove, sizeof remove, "remove %s\n", name);
    lock_is_refused(number);
    lock_is_refused(" has been writing the store since 20");
    lock_is_refused("last heard of 0 s ago");
    lock_is_refused(remove);
    silence(1000); // as when it is stopped: it may wake up again
    lock_is_refused(number);
    end(child);
    lock_is_taken_over("is gone");
}

static void a_free_lock_has_nothing_to_say_and_leaves_nothing(void **state)
{
    (void)state;
    struct dp_lock *lock;
    assert_int_equal(dp_store_lock(path, &lock, NULL), DP_OK);
    assert_string_equal(dp_lock_note(lock), "");
    assert_int_equal(dp_lock_check(lock, NULL), DP_OK);
    dp_store_unlock(lock);
    assert_true(left_nothing_behind());
}

// A container starts every program with the same number.
static void a_number_that_came_again_is_another_process(void **state)
{
    (void)state;
    char line[64];
    end(holder());
    snprintf(line, sizeof line, "%ld 1 1", (long)getpid());
    change("process", line);
    lock_is_taken_over("is gone");
}

// A killed process keeps its number until its parent has waited for it, and the first process of a container
// may never do so.
static void a_killed_process_is_gone_before_its_parent_knows(void **state)
{
    (void)state;
    const pid_t child = holder();
    siginfo_t facts;
    kill(child, SIGKILL);
    assert_int_equal(waitid(P_PID, (id_t)child, &facts, WEXITED | WNOWAIT), 0);
    assert_int_equal(kill(child, 0), 0);
    lock_is_taken_over("is gone");
    waitpid(child, NULL, 0);
}

static void another_machine_is_judged_by_its_heartbeat(void **state)
{
    (void)state;
    const pid_t child = holder();
    change("boot", "another");
    change("host", "node7");
    silence(100);
    lock_is_refused(" on node7 ");
    lock_is_refused("last heard of 10"); // 100 s, or a second more
    lock_is_refused("silent for two minutes");
    silence(130);
    lock_is_taken_over("has been silent for two minutes");
    end(child);
}

// Two containers on one machine see each other's processes no more than two machines do.
static void another_container_is_judged_by_its_heartbeat(void **state)
{
    (void)state;
    end(holder());
    change("space", "pid:[1]");
    lock_is_refused("silent for two minutes");
    silence(130);
    lock_is_taken_over("silent");
}

static void a_lock_that_nobody_can_read_ends_with_its_heartbeat(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "node3 17 -\n"};
    for (int i = 0; i < 2; i++) {
        FILE *file = fopen(name, "w");
        fputs(texts[i], file);
        fclose(file);
        lock_is_refused("a job that did not leave its name");
        silence(121);
        lock_is_taken_over("silent");
    }
}

/* A squeue that answers with the file `answer`, or fails with its words when they begin with "slurm". */
static void make_squeue(void)
{
    char script[160], searched[4096];
    snprintf(script, sizeof script, "%s/squeue", directory);
    FILE *file = fopen(script, "w");
    fprintf(file, "#!/bin/sh\ncat %s/answer\n! grep -q slurm %s/answer\n", directory, directory);
    fclose(file);
    chmod(script, 0755);
    snprintf(searched, sizeof searched, "%s:%s", directory, getenv("PATH"));
    setenv("PATH", searched, 1);
}

static void a_job_of_the_same_cluster_is_asked_for(void **state)
{
    (void)state;
    static const struct {
        const char *answer;
        bool gone;
    } cases[] = {{"RUNNING\n", false},
                 {"COMPLETING\n", false},
                 {"slurm_load_jobs error: Unable to contact slurm controller\n", false},
                 {"PENDING\n", true}, // requeued, and not started again
                 {"TIMEOUT\n", true},
                 {"", true},
                 {"slurm_load_jobs error: Invalid job id specified\n", true}};
    make_squeue();
    setenv("SLURM_CLUSTER_NAME", "mill", 1);
    setenv("SLURM_JOB_ID", "8", 1);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct dp_error error = {0};
        struct dp_lock *lock;
        char answer[160];
        end(holder());
        change("boot", "another");
        change("job", "7");
        snprintf(answer, sizeof answer, "%s/answer", directory);
        FILE *file = fopen(answer, "w");
        fputs(cases[i].answer, file);
        fclose(file);
        change("cluster", "other"); // its numbers mean nothing here
        assert_int_equal(dp_store_lock(path, &lock, &error), DP_BUSY);
        assert_non_null(strstr(error.text, "(SLURM job 7)"));
        change("cluster", "mill");
        assert_int_equal(dp_store_lock(path, &lock, NULL), cases[i].gone ? DP_OK : DP_BUSY);
        dp_store_unlock(lock);
        unlink(name);
    }
}

static void a_requeued_job_takes_its_own_lock_over(void **state)
{
    (void)state;
    setenv("SLURM_CLUSTER_NAME", "mill", 1);
    setenv("SLURM_JOB_ID", "8", 1);
    end(holder());
    change("boot", "another");
    lock_is_refused("(SLURM job 8)"); // perhaps another step of this job
    setenv("SLURM_RESTART_COUNT", "1", 1);
    lock_is_taken_over("is gone");
}

static void a_lock_that_was_taken_over_is_noticed(void **state)
{
    (void)state;
    struct dp_error error = {0};
    struct dp_lock *lock;
    assert_int_equal(dp_store_lock(path, &lock, NULL), DP_OK);
    unlink(name);
    const pid_t child = holder();
    assert_int_equal(dp_lock_check(lock, &error), DP_BUSY);
    assert_non_null(strstr(error.text, "another job has taken the store over"));
    dp_store_unlock(lock); // not ours any more: stays
    lock_is_refused("process");
    end(child);
    lock_is_taken_over("is gone");
}

static void a_hard_link_is_the_same_store(void **state)
{
    (void)state;
    struct dp_error error = {0};
    struct dp_lock *lock;
    char first[128], second[128];
    strcpy(first, path);
    snprintf(second, sizeof second, "%s/second.h5", directory);
    fclose(fopen(first, "w"));
    const pid_t child = holder();
    assert_int_equal(link(first, second), 0);
    assert_int_equal(dp_store_lock(second, &lock, &error), DP_BUSY);
    assert_non_null(strstr(error.text, "test.h5.lock: process"));
    end(child);
    assert_int_equal(dp_store_lock(second, &lock, NULL), DP_OK);
    dp_store_unlock(lock);
}

// Its lock would be in that folder.
static void a_hard_link_in_another_folder_is_refused(void **state)
{
    (void)state;
    struct dp_error error = {0};
    struct dp_lock *lock;
    char folder[128], second[160];
    snprintf(folder, sizeof folder, "%s/other", directory);
    snprintf(second, sizeof second, "%s/second.h5", folder);
    fclose(fopen(path, "w"));
    assert_int_equal(mkdir(folder, 0700), 0);
    const pid_t child = holder();
    assert_int_equal(link(path, second), 0);
    assert_int_equal(dp_store_lock(second, &lock, &error), DP_BUSY);
    assert_non_null(strstr(error.text, "2 names (hard links), 1 of them in other folders"));
    end(child);
    assert_int_equal(dp_store_lock(path, &lock, NULL), DP_BUSY);
    unlink(second);
    assert_int_equal(dp_store_lock(path, &lock, NULL), DP_OK);
    dp_store_unlock(lock);
}

static void of_many_that_take_over_a_dead_lock_one_wins(void **state)
{
    (void)state;
    for (int trial = 0; trial < 20; trial++) {
        end(holder());
        int gate[2], outcome[2];
        assert_int_equal(pipe(gate), 0);
        assert_int_equal(pipe(outcome), 0);
        enum { RIVALS = 6 };
        pid_t rivals[RIVALS];
        for (int i = 0; i < RIVALS; i++)
            if ((rivals[i] = fork()) == 0) {
                struct dp_lock *lock;
                char byte;
                close(gate[1]);
                (void)!read(gate[0], &byte, 1); // ends when the gate is closed
                byte = dp_store_lock(path, &lock, NULL) == DP_OK;
                (void)!write(outcome[1], &byte, 1);
                pause(); // alive until all have tried
                _exit(0);
            }
        close(gate[0]);
        close(gate[1]);
        int winners = 0;
        for (int i = 0; i < RIVALS; i++) {
            char byte = 0;
            assert_int_equal(read(outcome[0], &byte, 1), 1);
            winners += byte;
        }
        for (int i = 0; i < RIVALS; i++)
            end(rivals[i]);
        close(outcome[0]);
        close(outcome[1]);
        assert_int_equal(winners, 1);
    }
}

// A process that is killed between making its file and linking it to the lock's name.
static void what_killed_processes_left_is_removed(void **state)
{
    (void)state;
    char command[600], left[200], other[200];
    const pid_t child = holder();
    snprintf(left, sizeof left, "%s.12345678.1.2", name);
    snprintf(other, sizeof other, "%s.12345678.3.4", name);
    snprintf(command, sizeof command, "cp %s %s", name, left);
    assert_int_equal(system(command), 0);
    struct dp_lock *lock;
    assert_int_equal(dp_store_lock(path, &lock, NULL), DP_BUSY);
    assert_int_equal(access(left, F_OK), 0); // its maker is there
    end(child);
    snprintf(command, sizeof command, ": >%s", other); // made just now, by who knows whom
    assert_int_equal(system(command), 0);
    assert_int_equal(dp_store_lock(path, &lock, NULL), DP_OK);
    assert_int_not_equal(access(left, F_OK), 0);
    assert_int_equal(access(other, F_OK), 0);
    dp_store_unlock(lock);
    unlink(other);
    assert_true(left_nothing_behind());
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_alone, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_free_lock_has_nothing_to_say_and_leaves_nothing),
        TEST(a_second_writer_is_kept_out_until_the_first_is_gone),
        TEST(a_number_that_came_again_is_another_process),
        TEST(a_killed_process_is_gone_before_its_parent_knows),
        TEST(another_machine_is_judged_by_its_heartbeat),
        TEST(another_container_is_judged_by_its_heartbeat),
        TEST(a_lock_that_nobody_can_read_ends_with_its_heartbeat),
        TEST(a_job_of_the_same_cluster_is_asked_for),
        TEST(a_requeued_job_takes_its_own_lock_over),
        TEST(a_lock_that_was_taken_over_is_noticed),
        TEST(a_hard_link_is_the_same_store),
        TEST(a_hard_link_in_another_folder_is_refused),
        TEST(what_killed_processes_left_is_removed),
        TEST(of_many_that_take_over_a_dead_lock_one_wins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
