"""Operations of the API of the live area."""
