// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* The common part of the vector headers: operations on one register that differ only in the names of
 * intrinsics, which OP spells. They include it after reg, vreal and OP. */

static inline vreal v_set(real a)
{
    return (vreal){OP(set1)(a)};
}

static inline vreal v_load(const real *a)
{
    return (vreal){OP(load)(a)};
}

static inline void v_store(real *a, vreal b)
{
    OP(store)(a, b.r);
}

static inline vreal v_add(vreal a, vreal b)
{
    return (vreal){OP(add)(a.r, b.r)};
}

static inline vreal v_sub(vreal a, vreal b)
{
    return (vreal){OP(sub)(a.r, b.r)};
}

static inline vreal v_mul(vreal a, vreal b)
{
    return (vreal){OP(mul)(a.r, b.r)};
}

static inline vreal v_div(vreal a, vreal b)
{
    return (vreal){OP(div)(a.r, b.r)};
}

static inline vreal v_sqrt(vreal a)
{
    return (vreal){OP(sqrt)(a.r)};
}

static inline vreal v_fma(vreal a, vreal b, vreal c)
{
    return (vreal){OP(fmadd)(a.r, b.r, c.r)};
}

static inline vreal v_fnma(vreal a, vreal b, vreal c)
{
    return (vreal){OP(fnmadd)(a.r, b.r, c.r)};
}

static inline vreal v_min(vreal a, vreal b)
{
    return (vreal){OP(min)(a.r, b.r)};
}

static inline vreal v_max(vreal a, vreal b)
{
    return (vreal){OP(max)(a.r, b.r)};
}
