"""Operations of the API of the economy area."""
