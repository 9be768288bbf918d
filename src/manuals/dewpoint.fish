# Completion for fish: asks dewpoint for its verbs, their options, and the keys of a sweep.
function __dewpoint_options
    dewpoint help (commandline -opc)[2] 2>/dev/null | string match -ar -- '--[a-z][a-z-]*' | sort -u
end
complete -c dewpoint -n __fish_use_subcommand -f -a '(dewpoint help --names 2>/dev/null) help'
complete -c dewpoint -n '__fish_seen_subcommand_from help' -f -a '(dewpoint help --names 2>/dev/null)'
complete -c dewpoint -n 'not __fish_use_subcommand; and string match -q -- "-*" (commandline -ct)' -f -a '(__dewpoint_options)'
complete -c dewpoint -s s -l set -x -a '(dewpoint keys --names 2>/dev/null)'
complete -c dewpoint -l at -x -a '(dewpoint keys --names 2>/dev/null)'
