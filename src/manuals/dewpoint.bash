# Completion for bash: asks dewpoint for its verbs, their options, and the keys of a sweep.
_dewpoint() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]-}
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ] || { [ "$COMP_CWORD" -eq 2 ] && [ "$verb" = help ]; }; then
    mapfile -t COMPREPLY < <(compgen -W "$(dewpoint help --names 2>/dev/null) help --version" -- "$word")
  elif [[ $before =~ ^(--set|-s|--at|--by|--x|--y|--average)$ ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(dewpoint keys --names 2>/dev/null)" -- "$word")
  elif [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(dewpoint help "$verb" 2>/dev/null | grep -oE -- '--[a-z][a-z-]*' | sort -u)" -- "$word")
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
  fi
}
complete -o filenames -F _dewpoint dewpoint
