"""The read side: tables, the projection that fills them, and what may be asked of them.

Every query takes the asker's scope, a prefix of unit paths: a row is seen where the path of its
unit or of its committee begins with it.
"""
