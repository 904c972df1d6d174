"""`proofcheck completion SHELL`: completion for bash, zsh and fish, made from the parser itself so that it is never behind."""

from __future__ import annotations

import argparse
from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

NAMES = "find constructions -name '[!_.]*.py' 2>/dev/null | sed 's|.*/||; s|[.]py$||'"
"""What prints the names of the constructions in the working folder."""


@dataclass(frozen=True)
class Option:
    """A flag with its spellings, help, the values it takes: none (None), these, or anything (an empty tuple)."""

    flags: tuple[str, ...]
    words: str
    values: tuple[str, ...] | None


@dataclass(frozen=True)
class Command:
    """A command, its options, and the values of its first argument; named: whether that is a construction."""

    name: str
    words: str
    options: tuple[Option, ...]
    values: tuple[str, ...]
    named: bool


def completion(options: Namespace) -> int:
    """Print the script for a shell."""
    script = {"bash": bash, "zsh": zsh, "fish": fish}[options.shell]
    print(script(commands_of(options.parser)), end="")
    return 0


def commands_of(parser: argparse.ArgumentParser) -> tuple[Command, ...]:
    """The commands of the parser as data."""
    (group,) = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    summaries = {choice.dest: choice.help or "" for choice in group._choices_actions}
    return tuple(_command(name, summaries[name], sub) for name, sub in group.choices.items())


def _command(name: str, words: str, parser: argparse.ArgumentParser) -> Command:
    options: list[Option] = []
    values: list[str] = []
    named = False
    for action in parser._actions:
        chosen = tuple(map(str, action.choices)) if action.choices else ()
        if action.option_strings:
            takes = None if action.nargs == 0 else chosen
            options.append(Option(tuple(action.option_strings), action.help or "", takes))
        else:
            values += chosen
            named = named or ("NAME" in str(action.metavar) and name not in ("new", "bench"))
    return Command(name, words, tuple(options), tuple(values), named)


def bash(commands: Sequence[Command]) -> str:
    """The script for bash; where nothing is known, files are completed."""
    values = [
        f'    "{c.name} {flag}") words="{" ".join(o.values)}" ;;'
        for c in commands
        for o in c.options
        for flag in o.flags
        if o.values
    ]
    free = [f'"{c.name} {flag}"' for c in commands for o in c.options for flag in o.flags if o.values == ()]
    lines = [
        "_proofcheck() {",
        '  local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" words=""',
        "  COMPREPLY=()",
        '  if [ "$COMP_CWORD" -eq 1 ]; then',
        f'    COMPREPLY=($(compgen -W "{" ".join(c.name for c in commands)} --help --version" -- "$cur"))',
        "    return",
        "  fi",
        '  case "${COMP_WORDS[1]} $prev" in',
        *values,
        f"    {'|'.join(free)}) return ;;",
        "  esac",
        '  if [ -z "$words" ]; then',
        '    case "${COMP_WORDS[1]} $cur" in',
        *(f'      "{c.name} -"*) words="{" ".join(f for o in c.options for f in o.flags)}" ;;' for c in commands),
        *(f'      "{c.name} "*) words="{" ".join(c.values)}" ;;' for c in commands if c.values),
        *(f'      "{c.name} "*) words="$({NAMES})" ;;' for c in commands if c.named and not c.values),
        "    esac",
        "  fi",
        '  COMPREPLY=($(compgen -W "$words" -- "$cur"))',
        "}",
        "complete -o default -F _proofcheck proofcheck",
    ]
    return "\n".join(lines) + "\n"


def zsh(commands: Sequence[Command]) -> str:
    """The script for zsh, to be stored as _proofcheck in a folder of $fpath."""
    lines = ["#compdef proofcheck", "_proofcheck() {", "  local -a commands names"]
    lines += ["  commands=(", *(f"    {_quoted(f'{c.name}:{c.words}')}" for c in commands), "  )"]
    lines += ["  if (( CURRENT == 2 )); then _describe command commands; return; fi", '  case "$words[2]" in']
    for c in commands:
        lines.append(f"    {c.name})")
        if c.named:
            lines.append(f'      names=(${{(f)"$({NAMES})"}})')
        place = f"({' '.join(c.values)})" if c.values else "{compadd -a names; _files}" if c.named else "_files"
        specs = [*_zsh_options(c), f"*:argument:{place}"]
        lines += [f"      _arguments {' '.join(map(_quoted, ['1:command:', *specs]))} ;;"]
    return "\n".join([*lines, "  esac", "}", '_proofcheck "$@"']) + "\n"


def _zsh_options(command: Command) -> Iterator[str]:
    for option in command.options:
        words = option.words.replace("[", "(").replace("]", ")").replace(":", ",")
        value = "" if option.values is None else f":value:({' '.join(option.values)})" if option.values else ":value:_files"
        yield from (f"{flag}[{words}]{value}" for flag in option.flags)


def fish(commands: Sequence[Command]) -> str:
    """The script for fish."""
    lines = []
    for c in commands:
        lines.append(f"complete -c proofcheck -n __fish_use_subcommand -a {c.name} -d {_quoted(c.words)}")
        seen = f"-n '__fish_seen_subcommand_from {c.name}'"
        if c.values:
            lines.append(f"complete -c proofcheck {seen} -f -a {_quoted(' '.join(c.values))}")
        elif c.named:
            lines.append(f"complete -c proofcheck {seen} -a {_quoted(f'({NAMES})'.replace(chr(39), chr(34)))}")
        for o in c.options:
            flags = " ".join(f"-l {f[2:]}" if f.startswith("--") else f"-s {f[1:]}" for f in o.flags)
            takes = "" if o.values is None else f" -x -a {_quoted(' '.join(o.values))}" if o.values else " -r"
            lines.append(f"complete -c proofcheck {seen} {flags}{takes} -d {_quoted(o.words)}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A word of the shell, in single quotes."""
    return "'" + text.replace("'", "'\\''") + "'"
