// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/sweep/keys.h"
#include <ctype.h>
#include <string.h>

enum { LONGEST = 40 };

/* Case and the kind of dash are the most common slips, so they cost nothing. */
static int letter(char c)
{
    return c == '-' ? '_' : tolower((unsigned char)c);
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours, by the usual table
 * of which three rows are alive. */
static int distance(const char *a, int m, const char *b, int n)
{
    int rows[3][LONGEST + 1];
    for (int j = 0; j <= n; j++)
        rows[0][j] = j;
    for (int i = 1; i <= m; i++) {
        int *const now = rows[i % 3];
        const int *const before = rows[(i + 2) % 3], *const two_before = rows[(i + 1) % 3];
        now[0] = i;
        for (int j = 1; j <= n; j++) {
            const int differ = letter(a[i - 1]) != letter(b[j - 1]);
            now[j] = least(before[j - 1] + differ, 1 + least(before[j], now[j - 1]));
            if (i > 1 && j > 1 && letter(a[i - 1]) == letter(b[j - 2]) &&
                letter(a[i - 2]) == letter(b[j - 1]))
                now[j] = least(now[j], two_before[j - 2] + 1);
        }
    }
    return rows[m % 3][n];
}

const char *dp_nearest_name(const char *word, const char *const *candidates, int n)
{
    const size_t length = strlen(word);
    if (length == 0 || length > LONGEST)
        return NULL;
    const char *nearest = NULL;
    int best = (int)length / 3 + 1;
    for (int i = 0; i < n; i++) {
        const size_t other = strlen(candidates[i]);
        if (other > LONGEST)
            continue;
        const int d = distance(word, (int)length, candidates[i], (int)other);
        if (d < best) {
            best = d;
            nearest = candidates[i];
        }
    }
    return nearest;
}
