#!/usr/bin/env python3
"""Django's command line for the portal."""

import os
import sys

# What only asks AWS for whoever runs it needs no settings of a server, and little of Django.
IN_A_SHELL = "describe_inference_experiment"

if __name__ == "__main__":
    if IN_A_SHELL in sys.argv[1:2]:
        # Whatever a server on this machine is told to use.
        os.environ["DJANGO_SETTINGS_MODULE"] = "portal.shell_settings"
        from experiments.command.program import program

        sys.exit(program(sys.argv[2:]))

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
