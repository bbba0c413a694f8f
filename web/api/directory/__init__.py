"""Operations of the API of the directory area."""
