"""`python -m mooring`: the program's command line."""

from mooring.web.command_line import main

if __name__ == "__main__":
    main()
