# SPDX-License-Identifier: Apache-2.0
"""The source tree is the same as in the repository, so that links work in both. The site's addresses have no docs/."""


def on_files(files, config):
    for file in files:
        if file.src_uri == 'docs/README.md':  # README.md is the first page
            file.dest_uri = 'documents.html'
        elif file.src_uri.startswith('docs/'):
            file.dest_uri = file.dest_uri.removeprefix('docs/')
        file.url = file._get_url(config.use_directory_urls)
    return files
