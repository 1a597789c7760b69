#!/usr/bin/env python3
"""Writes all samples and their answers anew, always the same bytes: `python3 Samples/make/make.py`.

Needs Python 3.9 or later and the zstd command.
"""
import auth
import captures
import chains
import firewall
import learned
import more_auth
import more_captures
import more_exploits
import more_web
import places
import services
import singles
import web_attacks
import web_ordinary
import wire_chains
from common import Answers


def main():
    answers = Answers()
    for module in (auth, services, web_ordinary, web_attacks, firewall, captures, more_auth, more_web, more_captures,
                   more_exploits, singles, chains, wire_chains, learned, places):
        module.make(answers)
    answers.write()


if __name__ == "__main__":
    main()
