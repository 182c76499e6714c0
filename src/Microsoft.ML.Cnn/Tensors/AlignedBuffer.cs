using System.Runtime.InteropServices;

namespace Microsoft.ML.Cnn.Tensors;

/// <summary>
/// Zeroed floats outside the garbage-collected heap, aligned to a cache line. Large ones start on a huge page: the first
/// touch of a 4 KB page costs microseconds in a virtual machine, and one huge page covers 512 of them.
/// </summary>
internal sealed unsafe partial class AlignedBuffer : IDisposable
{
    /// <summary>Floats in a cache line, and in the widest vector.</summary>
    public const int Line = 16;

    private const nuint HugePage = 2u << 20;
    private const nuint CacheLine = Line * sizeof(float);
    private const int AdviseHugePages = 14;

    private float* data;

    public AlignedBuffer(long length)
    {
        Length = length;
        nuint bytes = checked((nuint)Math.Max(length, Line) * sizeof(float));
        nuint alignment = bytes >= HugePage / 2 ? HugePage : CacheLine;
        data = (float*)NativeMemory.AlignedAlloc((bytes + alignment - 1) / alignment * alignment, alignment);
        if (alignment == HugePage && OperatingSystem.IsLinux())
        {
            // Only advice: where it is refused the buffer works all the same.
            _ = MemoryAdvise(data, bytes, AdviseHugePages);
        }

        NativeMemory.Clear(data, bytes);
    }

    ~AlignedBuffer() => Free();

    public long Length { get; }

    public float* Data
    {
        get
        {
            ObjectDisposedException.ThrowIf(data == null, this);
            return data;
        }
    }

    public Span<float> Span => new(Data, checked((int)Length));

    /// <summary>The length rounded up to whole cache lines.</summary>
    public static long RoundUp(long length) => (length + Line - 1) / Line * Line;

    /// <summary>The first boundary of a cache line at or behind an address.</summary>
    public static float* Align(float* address) => (float*)(((nint)address + (nint)CacheLine - 1) & ~((nint)CacheLine - 1));

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(data);
        data = null;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int MemoryAdvise(void* address, nuint length, int advice);
}
