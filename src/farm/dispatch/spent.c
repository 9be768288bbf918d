// SPDX-License-Identifier: BSD-3-Clause
#include "farm/dispatch/spent.h"

struct dp_shares dp_spent_shares(const struct dp_job *job)
{
    const struct dp_spent *s = &job->spent;
    const double all = s->makespan > 0 ? s->makespan * job->ranks : 1, even = s->training / job->ranks;
    const double idle = all - s->training - s->storing - s->tail;
    const double bound = even > s->longest ? even : s->longest;
    return (struct dp_shares){.bound = bound,
                              .quality = s->makespan > 0 ? bound / s->makespan : 1,
                              .training = 100 * s->training / all,
                              .storing = 100 * s->storing / all,
                              .dispatch = 100 * (idle > 0 ? idle : 0) / all,
                              .tail = 100 * s->tail / all};
}
