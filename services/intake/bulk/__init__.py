"""Many dossiers from one file (nhập hồ sơ hàng loạt): read in bounded memory, filed in batches.

`files` tells one kind of file from another, `lines`, `sheets` and `columns` read them, `rows` makes
a filing of each row, `steps` the progress that a row tells of, `batches` files them, `work` goes
through a file from where it stopped to its end.
"""
