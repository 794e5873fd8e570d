# bash completion for chart-reaper(1). It reads commands and options from the program's own help, so they always match.

_chart_reaper_options() {
  "$1" --help 2>/dev/null | sed -n 's/^  \(--[a-z-]*\) .*/\1/p'
}

_chart_reaper_commands() {
  "$1" --help 2>/dev/null | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

# Prints the possible values of an option: words, or -d or -f for directories or files.
_chart_reaper_values() {
  case $1 in
    --config | --admin-token-file | --audit-file) echo -f ;;
    --output-dir) echo -d ;;
    --socket-group) cut -d: -f1 /etc/group ;;
    --environment) echo development staging production ;;
    --enable-cleanup) echo true false ;;
    --log-format) echo text json ;;
    --log-level) echo debug info warning error ;;
    --watch | --sandbox) echo auto off ;;
  esac
}

_chart_reaper() {
  local program=${COMP_WORDS[0]} current=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} values
  # bash splits `--name=value` into three words.
  if [[ $current == '=' ]]; then
    current=
  elif [[ $option == '=' ]]; then
    option=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  values=$(_chart_reaper_values "$option")
  case $values in
    -f | -d)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen "$values" -- "$current")
      return ;;
    ?*)
      mapfile -t COMPREPLY < <(compgen -W "$values" -- "$current")
      return ;;
  esac
  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_chart_reaper_options "$program")" -- "$current")
  elif ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W "$(_chart_reaper_commands "$program")" -- "$current")
  elif [[ $COMP_CWORD == 2 && $option == lifecycle ]]; then
    mapfile -t COMPREPLY < <(compgen -W "s3 gcs azure" -- "$current")
  fi
}

complete -F _chart_reaper chart-reaper
