# Completes charlstm in bash; printed by: charlstm completion bash
_charlstm_words() { # words, what is typed
  COMPREPLY=($(compgen -W "$1" -- "$2"))
}

_charlstm_words_and_files() {
  _charlstm_words "$1" "$2"
  local file
  while IFS= read -r file; do
    [ -z "$file" ] || COMPREPLY[${#COMPREPLY[@]}]="$file"
  done <<<"$(compgen -f -- "$2")"
  compopt -o filenames 2>/dev/null
}

_charlstm() {
  local cur="${COMP_WORDS[COMP_CWORD]}" prev="" command="" flags="" words="" left="" word i
  [ "$COMP_CWORD" -eq 0 ] || prev="${COMP_WORDS[COMP_CWORD - 1]}"
  # Bash makes a word of the = in --flag=value.
  if [ "$cur" = = ]; then
    cur=""
  elif [ "$prev" = = ]; then
    prev="${COMP_WORDS[COMP_CWORD - 2]}"
  fi
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "${COMP_WORDS[i]}" in
      -*) ;;
      *)
        command="${COMP_WORDS[i]}"
        break
        ;;
    esac
  done
  # Where nothing is found below, bash looks for files.
  case "$command $prev" in
@VALUES@  esac
  case "$command" in
@COMMANDS@    *) return ;;
  esac
  case "$cur" in
    -*) ;;
    *)
      if [ "$words" != none ]; then
        [ "$prev" != "$command" ] || _charlstm_words "$words" "$cur"
        return
      fi
      ;;
  esac
  for word in $flags; do
    case "$word" in
      @REPEATABLE@)
        left="$left $word"
        continue
        ;;
    esac
    for ((i = 1; i < ${#COMP_WORDS[@]}; i++)); do
      if [ "$i" -ne "$COMP_CWORD" ] && [ "${COMP_WORDS[i]}" = "$word" ]; then
        word=""
        break
      fi
    done
    left="$left $word"
  done
  _charlstm_words "$left" "$cur"
}

complete -o bashdefault -o default -F _charlstm charlstm
