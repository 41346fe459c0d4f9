#compdef charlstm
# Completes charlstm in zsh; printed by: charlstm completion zsh
_charlstm_texts() {
  _alternative 'sets:data set:(@TEXTS@)' 'files:file:_files'
}

_charlstm_data() {
  _alternative 'sets:data set:(@DATA_SETS@)' 'files:file:_files'
}

_charlstm() {
  local curcontext="$curcontext" state line
  typeset -A opt_args
  local -a commands
  commands=(
@SUMMARIES@  )
  _arguments -C '1: :->command' '*:: :->rest'
  case $state in
    command)
      _describe command commands
      return
      ;;
  esac
  case $line[1] in
@COMMANDS@  esac
}

if [ "$funcstack[1]" = _charlstm ]; then
  _charlstm "$@"
else
  compdef _charlstm charlstm
fi
