# cmake -DPROGRAM=dewpoint -DMAN=DIR -DVERSION=... -P manual.cmake: dewpoint(1), a page for each verb and program, and
# dewpoint-sweep(5) with the keys.
set(ENV{LC_ALL} C.UTF-8)

# Runs the program; out receives what it printed.
function(ask out)
  execute_process(COMMAND ${PROGRAM} ${ARGN} OUTPUT_VARIABLE text RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "${PROGRAM} ${ARGN} failed: ${failed}")
  endif()
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# Text as troff shows it literally.
function(escape text out)
  string(REPLACE "\\" "\\e" text "${text}")
  string(REPLACE "-" "\\-" text "${text}")
  string(REGEX REPLACE "(^|\n)([.'])" "\\1\\\\&\\2" text "${text}")
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# page(NAME SECTION MEANING TEXT): NAME(SECTION), whose text stands as it would in a terminal.
function(page name section meaning text)
  escape("${meaning}" meaning)
  escape("${text}" text)
  string(REPLACE "-" "\\-" shown "${name}")
  set(head ".TH \"${name}\" ${section} \"\" \"dewpoint ${VERSION}\" \"dewpoint\"\n")
  set(head "${head}.SH NAME\n${shown} \\- ${meaning}\n.SH DESCRIPTION\n.nf\n")
  file(WRITE ${MAN}/man${section}/${name}.${section} "${head}${text}.fi\n.SH SEE ALSO\n${ARGN}\n")
endfunction()

file(REMOVE_RECURSE ${MAN}/man1 ${MAN}/man5)
ask(help help)
ask(names help --names)
string(REGEX REPLACE "\n$" "" names "${names}")
string(REPLACE "\n" ";" names "${names}")
set(others "")
foreach(name ${names})
  ask(text help ${name})
  # The meaning is the first sentence behind the usage.
  string(REGEX REPLACE "^usage:[^\n]*\n([ ][^\n]*\n)*\n" "" meaning "${text}")
  string(REGEX REPLACE "[.:]\n.*|[.:] .*|\n\n.*" "" meaning "${meaning}")
  string(REGEX REPLACE "\n *" " " meaning "${meaning}")
  string(SUBSTRING "${meaning}" 0 1 first)
  string(TOLOWER "${first}" first)
  string(SUBSTRING "${meaning}" 1 -1 rest)
  page(dewpoint-${name} 1 "${first}${rest}" "${text}" "dewpoint(1), dewpoint\\-sweep(5)")
  string(APPEND others "dewpoint\\-${name}(1), ")
endforeach()
page(dewpoint 1 "phase diagrams of two-layer neural networks" "${help}" "${others}dewpoint\\-sweep(5)")
ask(keys keys)
page(dewpoint-sweep 5 "what can be set in a sweep file" "${keys}" "dewpoint(1), dewpoint\\-run(1), dewpoint\\-plan(1)")
