"""Operations of the API of the identity area."""
