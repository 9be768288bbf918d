// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* The files in web/ as texts; web.cmake makes them into web.c. */

extern const char dp_web_style[];          // style.css
extern const char dp_web_body[];           // body.html
extern const char *const dp_web_scripts[]; // the JavaScript, in the order of the build; NULL at the end
