"""Makes the processes of an installation (web, worker, command line, gateway, witness) from the rooms' manifests.

The top floor; nothing else wires rooms together. `assembling.assemble` is what every process calls first.
"""
