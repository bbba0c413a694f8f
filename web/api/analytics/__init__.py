"""Operations of the API of the analytics area."""
