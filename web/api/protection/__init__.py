"""Operations of the API of the protection area."""
