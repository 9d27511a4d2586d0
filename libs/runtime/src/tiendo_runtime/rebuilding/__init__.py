"""Views built anew beside the live ones, compared, switched, and taken back.

The rooms, along the way that data take:

    rebuild              the steps, and `rollback`; request: what is asked for and told
    beginning, facts     a build begins, or is gone on with; what it must know for that
    pool, workers, job   worker processes, their tasks, and what they are told
    mapping, pieces      the log, partition by partition, into files by bucket
    reducing, copying    a bucket's pieces into rows, each written once
    building, indexes    both halves, and what makes them one
    catching_up          what came meanwhile, folded as live
    comparing            two builds at the same positions, row by row
    switching            readers get another build

Nothing is imported here: workers need but half of it, and start the faster.
"""
