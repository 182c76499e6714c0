namespace Microsoft.ML.Cnn.Training.Augmentations;

/// <summary>Eigenvalues and eigenvectors of a small symmetric matrix by Jacobi's rotations: Golub and Van Loan, "Matrix Computations", section 8.5.</summary>
internal static class SymmetricEigenvalues
{
    // Convergence is quadratic: a matrix of three rows takes five or six.
    private const int MostSweeps = 50;

    /// <param name="matrix">Row by row; it is left diagonal.</param>
    /// <param name="size">Rows.</param>
    /// <returns>The eigenvalues, the greatest first, and one eigenvector of length 1 after another in the same order.</returns>
    public static (double[] Values, double[] Vectors) Of(double[] matrix, int size)
    {
        double[] vectors = new double[size * size];
        for (int i = 0; i < size; i++)
        {
            vectors[i * size + i] = 1;
        }

        for (int sweep = 0; sweep < MostSweeps; sweep++)
        {
            for (int p = 0; p < size; p++)
            {
                for (int q = p + 1; q < size; q++)
                {
                    Annihilate(matrix, vectors, size, p, q);
                }
            }
        }

        int[] order = [.. Enumerable.Range(0, size).OrderByDescending(i => matrix[i * size + i])];
        return (
            [.. order.Select(i => matrix[i * size + i])],
            [.. order.SelectMany(i => Enumerable.Range(0, size).Select(row => vectors[row * size + i]))]
        );
    }

    /// <summary>Rotates the plane of p and q so that their element becomes zero.</summary>
    private static void Annihilate(double[] matrix, double[] vectors, int size, int p, int q)
    {
        double element = matrix[p * size + q];
        if (element == 0)
        {
            return;
        }

        double tau = (matrix[q * size + q] - matrix[p * size + p]) / (2 * element);
        double tangent = (tau >= 0 ? 1 : -1) / (Math.Abs(tau) + Math.Sqrt(1 + tau * tau));
        double cosine = 1 / Math.Sqrt(1 + tangent * tangent);
        double sine = tangent * cosine;
        for (int i = 0; i < size; i++)
        {
            Rotate(ref matrix[i * size + p], ref matrix[i * size + q], cosine, sine);
        }

        for (int i = 0; i < size; i++)
        {
            Rotate(ref matrix[p * size + i], ref matrix[q * size + i], cosine, sine);
            Rotate(ref vectors[i * size + p], ref vectors[i * size + q], cosine, sine);
        }
    }

    private static void Rotate(ref double p, ref double q, double cosine, double sine) =>
        (p, q) = (cosine * p - sine * q, sine * p + cosine * q);
}
